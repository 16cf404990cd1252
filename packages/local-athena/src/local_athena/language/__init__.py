"""What every statement is made of: tokens, names, types; and how Athena says no to one."""
