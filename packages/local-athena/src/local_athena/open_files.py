"""How many files this process may hold open."""

import resource

# Each large S3 object and result is one, each connection too. A shell of macOS gives 256, one of
# Linux 1024; a process may have more if it asks.
MANY = 16_384


def allow_many() -> None:
    """Raise the limit as far as the system lets us, and MANY is enough."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MANY if hard == resource.RLIM_INFINITY else min(MANY, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
