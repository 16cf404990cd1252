"""S3 objects over 1 MiB lie on disk, in the folder for temporary files.

moto keeps objects of up to 5 MiB in memory: a data set in files of a few MiB each would fill it.
"""

import moto.s3.models as s3

from .patching import Patch

# An object on disk holds an open file, of which a process may have few: small ones, such as
# Iceberg's metadata files, stay in memory.
MAX_BYTES_IN_MEMORY = 1024 * 1024

PATCH = Patch()


@PATCH.replaces(s3, "get_s3_default_key_buffer_size")
def _buffer_size(_: object):
    return lambda: MAX_BYTES_IN_MEMORY
