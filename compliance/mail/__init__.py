"""E-mails: values in, text and HTML out. Nothing here sends or reads anything."""
