"""Pages of an account's users. moto answers GetAccountAuthorizationDetails in one page whatever MaxItems says; this cuts its answer as
AWS would: a part of the users, IsTruncated, and the Marker of the next page."""

import re
import xml.etree.ElementTree as ET

MARKER = re.compile(r"after-(\d+)")


def marked(element: ET.Element, name: str) -> ET.Element:
    """The child of that name, made where there is none."""
    space = element.tag.partition("}")[0] + "}"
    found = element.find(f"{space}{name}")
    return found if found is not None else ET.SubElement(element, f"{space}{name}")


def page_of(body: bytes, marker: str | None, size: int) -> bytes:
    """The page that begins at the marker, of the whole answer; at most `size` users."""
    whole = ET.fromstring(body)
    ET.register_namespace("", whole.tag.partition("}")[0][1:])
    result = next(child for child in whole if child.tag.endswith("GetAccountAuthorizationDetailsResult"))
    users = marked(result, "UserDetailList")
    begin = int(MARKER.fullmatch(marker)[1]) if marker else 0
    everybody = list(users)
    for user in everybody[:begin] + everybody[begin + size:]:
        users.remove(user)
    more = begin + size < len(everybody)
    marked(result, "IsTruncated").text = "true" if more else "false"
    if more:
        marked(result, "Marker").text = f"after-{begin + size}"
    return ET.tostring(whole)
