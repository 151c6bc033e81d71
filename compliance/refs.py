"""How a row is named in a world: its model and its id, "party:12"."""

from django.db.models import Model


def ref(model: type[Model], row_id: int | None) -> str | None:
    """The row's name, or None where there is no row."""
    return None if row_id is None else must_ref(model, row_id)


def must_ref(model: type[Model], row_id: int) -> str:
    return f"{model._meta.model_name}:{row_id}"
