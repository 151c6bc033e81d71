"""How Cellgate is put together: settings, addresses, timetable, and the two commands."""
