"""What several scripts need: command lines, AWS, the declared feeds."""
