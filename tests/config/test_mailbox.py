import email
import email.policy
from pathlib import Path
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection


def test_a_message_is_kept_whole_in_a_folder_that_only_we_can_read(
    settings: Any, tmp_path: Path
) -> None:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    message = EmailMultiAlternatives("Verdicts moved", "Plain.", "a@example.gov", ["b@example.gov"])
    message.attach_alternative("<p>Rich.</p>", "text/html")
    message.attach("report.pdf", b"%PDF-1.7", "application/pdf")
    backend = get_connection("config.mailbox.FolderBackend")
    assert backend.send_messages([message]) == 1
    (kept,) = (tmp_path / "mail").iterdir()
    assert kept.suffix == ".eml"
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0
    read = email.message_from_bytes(kept.read_bytes(), policy=email.policy.default)
    assert read["Subject"] == "Verdicts moved"
    (attached,) = read.iter_attachments()
    assert attached.get_filename() == "report.pdf"
    assert attached.get_content() == b"%PDF-1.7"
