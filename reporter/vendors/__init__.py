"""The vendors, one line each. A fifth is one file here, one line in `VENDORS`, and its samples.

`base.py` says what a vendor is; `parse.py` reads the values that they send.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reporter.vendors.aliyun import ALIYUN
from reporter.vendors.base import Vendor
from reporter.vendors.quanshi import QUANSHI
from reporter.vendors.talkcloud import TALKCLOUD
from reporter.vendors.volcengine import VOLCENGINE

#: every vendor by its name, in the order in which reports list them
VENDORS: Mapping[str, Vendor] = MappingProxyType(
    {vendor.name: vendor for vendor in (VOLCENGINE, QUANSHI, TALKCLOUD, ALIYUN)}
)
