#!/usr/bin/env python3
"""Cellgate's commands. Begin with `python3 manage.py start`; nothing is needed beforehand."""

import importlib
import os
import sys

from config import bootstrap


def main() -> None:
    bootstrap.enter_environment(with_tests=sys.argv[1:2] == ["verify"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["start"]:
        os.environ.setdefault("CELLGATE_DEMO", "1")
    # Only now are Django and the rest there to import.
    management = importlib.import_module("django.core.management")
    management.execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
