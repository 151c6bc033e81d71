"""What several formats share. Not itself a format."""
