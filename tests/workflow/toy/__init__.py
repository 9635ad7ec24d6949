"""A room that `test_workflow_rooms` drops into a copy of the project."""
