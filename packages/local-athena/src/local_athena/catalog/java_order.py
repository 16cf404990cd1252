"""The order in which Java's HashMap has its keys: Athena shows properties of Hive tables in it."""


def in_order_of_java(properties: dict[str, str]) -> dict[str, str]:
    """Return the properties in the order of a HashMap that they were put into one by one."""
    buckets = 16
    while len(properties) > buckets * 3 // 4:
        buckets *= 2
    return dict(sorted(properties.items(), key=lambda item: _hash(item[0]) % buckets))


def _hash(text: str) -> int:
    """Return String.hashCode (of UTF-16 units), its halves mixed as HashMap does it."""
    units = memoryview(text.encode("utf-16-le")).cast("H")
    value = 0
    for unit in units:
        value = (31 * value + unit) & 0xFFFFFFFF
    return value ^ value >> 16
