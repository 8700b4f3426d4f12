"""Whose a device is: the names that companies bear in containers (`Palo Alto Networks` is `paloalto`), and models and makers in hostnames.

A container (CEF, LEEF, JSON, key=value) names its vendor in its own words; here those become the words that the dialects use, so that
one firewall is one product in whichever format it speaks. A device that nobody named bears its model as hostname; many are
named after their maker. That is the last resort, where nothing in the line says more.
"""
# ruff: noqa: E501  # a maker is one row of a table

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_CACHE: Final = 4096
_NAME_MAX: Final = 64
_LEGAL = re.compile(r"(?:,? (?:inc|corp|corporation|ltd|llc|limited|gmbh|ag|co|plc|s\.?a|b\.?v|ab|oy)\.?)+$")
_SQUASH: Final = str.maketrans("", "", " -_.")

# ours: other names of it, small letters without blanks, dashes and dots
_MAKERS: Final = """
a10: a10networks
arubanetworks: aruba hpearuba hpearubanetworking arubahpe hewlettpackardenterprisearuba
barracuda: barracudanetworks
blackberry: cylance
broadcom: bluecoatsystems
bluecoat: bluecoat
carbonblack: vmwarecarbonblack bit9
checkpoint: checkpointsoftware checkpointsoftwaretechnologies
cisco: ciscosystems sourcefire
citrix: citrixsystems
cato: catonetworks
claroty: claroty
cyberark: cyberark
darktrace: darktrace
delinea: thycotic thycoticsoftware
dell: dellemc delltechnologies
eset: eset
extrahop: extrahopnetworks
extreme: extremenetworks
f5: f5networks
fireeye: fireeye
forcepoint: websense stonesoft
gigamon: gigamon
hpe: hewlettpackardenterprise
huawei: huaweitechnologies
imperva: impervainc incapsula
infoblox: infoblox
ivanti: ivanti
juniper: junipernetworks
kaspersky: kasperskylab aokasperskylab
mcafee: mcafee
netskope: netskope
nozomi: nozominetworks
paloalto: paloaltonetworks pan
pulsesecure: pulsesecure
radware: radware
rapid7: rapid7
sentinelone: sentinelone sentinel1
silverpeak: silverpeaksystems
skyhigh: skyhighsecurity
solarwinds: solarwinds
sonicwall: sonicwallinc
sophos: sophos
stormshield: stormshield
symantec: symantec
tippingpoint: tippingpoint
trendmicro: trendmicro
ubiquiti: ubiquitinetworks ubnt
vectra: vectranetworks vectraai
vmware: vmwareinc
watchguard: watchguardtechnologies
zscaler: zscaler zscalerinc
zyxel: zyxelcommunications zyxelnetworks
"""
# vendor: product of the dialect, then other names of it, squashed
_PRODUCTS: Final = """
arubanetworks: clearpass clearpasspolicymanager cppm
cisco: asa adaptivesecurityappliance
cisco: esa emailsecurityappliance ceslogs consolidatedlogevent
cisco: ftd firepowerthreatdefense
cisco: ise identityservicesengine
cisco: meraki merakimx
citrix: netscaler netscaleradc
f5: bigip bigipltm bigipasm
fortinet: fortigate fortigatefirewall
fortinet: fortiweb fortiwebwaf
infoblox: nios
checkpoint: firewall vpn1&firewall1 vpn1firewall1 vpn1 firewall
mikrotik: routeros
paloalto: panos panossyslogintegration lf
sonicwall: sonicos
sophos: xg sfw sophosfirewall xgfirewall
stormshield: sns
ubiquiti: unifi unifinetwork unifios
watchguard: fireware xtm
zscaler: nss nssfwlog nssweblog nssweblogs nssfwlogs
"""


def _aliases() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in _MAKERS.strip().splitlines():
        ours, _, others = row.partition(": ")
        found |= dict.fromkeys((ours, *others.split()), ours)
    return found


def _products() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for row in _PRODUCTS.strip().splitlines():
        vendor, _, names = row.partition(": ")
        ours, *others = names.split()
        for other in (ours, *others):
            found[vendor, other] = ours
    return found


_ALIASES: Final = _aliases()
_SAME: Final = _products()


@lru_cache(maxsize=_CACHE)
def maker(vendor: str, product: str) -> tuple[str | None, str | None]:
    """Vendor and product as the dialects write them; other names in small letters, without `Inc.` and its like."""
    plain = _LEGAL.sub("", vendor[:_NAME_MAX].strip().lower())
    ours = _ALIASES.get(plain.translate(_SQUASH), plain)
    said = product[:_NAME_MAX].strip().lower()
    return ours or None, _SAME.get((ours, said.translate(_SQUASH)), said) or None


_BY_PRODUCT: Final = {
    said: (vendor, ours) for (vendor, said), ours in _SAME.items() if len(said) > 3 and said != "firewall"
}


@lru_cache(maxsize=_CACHE)
def maker_of_product(product: str) -> tuple[str, str] | None:
    """Whose a product is, where only that is named: `VPN-1 & FireWall-1`."""
    return _BY_PRODUCT.get(product[:_NAME_MAX].strip().lower().translate(_SQUASH))


# A hostname that begins with a model: nobody named the device. Small letters; what stands behind must not be a letter or a digit.
_MODELS: Final = (
    ("netgear", "switch", r"(?:m4[1-5]\d\d|gsm7\d{3}|xsm\d{4}|gs\d{3}e?t?p?p?x?|xs7\d\dt|ms\d{3}\w{0,4})"),
    ("zyxel", "switch", r"(?:gs[12]\d{3}|xgs\d{4}|xs[13]\d{3}|xmg\d{4})\w{0,4}"),
    ("zyxel", "usg", r"(?:usg|zywall|atp|usgflex|uos)[\d -]{0,2}\d{1,4}\w{0,3}"),
    ("zyxel", "nebula", r"(?:nwa|wax|wac|nap)\d{3,4}\w{0,3}"),
    ("teltonika", "rutos", r"(?:teltonika-)?(?:rut\w?\d{2,3}|trb\d{3}|tsw\d{3}|tcr\d{3}|tap\d{3})"),
    ("cradlepoint", "netcloud", r"(?:ibr\d{3,4}\w?|cba\d{3}|aer\d{4}|(?:e|r|w|l)\d{3,4}(?=-[0-9a-f]{3}$))"),
    ("sierra", "airlink", r"(?:rv5\dx?|mp70|lx[46]0|rx55|xr[89]0)"),
    ("cambium", "epmp", r"(?:epmp|pmp|ptp)[ -]?\d{0,4}"),
    ("cambium", "cnpilot", r"(?:cnpilot|e[4-7]\d\d[hws]?|xv\d|xe\d)(?=-)"),
    ("cambium", "cnmatrix", r"(?:cnmatrix|ex[123]\d{3})"),
    ("ubiquiti", "unifi", r"(?:usw|uap|udm|uxg|ucg|u6|u7|usg|udr|udw|uck)(?=-|$)"),
    ("ubiquiti", "edgeos", r"(?:edgerouter|ubnt|er-?[468xl])"),
    ("ubiquiti", "edgeswitch", r"(?:edgeswitch|es-(?:8|16|24|48))"),
    ("mikrotik", "routeros", r"(?:mikrotik|ccr\d{4}|crs\d{3}|rb\d{3,4}|hap|hex)"),
    ("draytek", "vigor", r"(?:draytek|vigor)-?\d{0,4}\w{0,3}"),
    ("peplink", "balance", r"(?:balance-?\w{1,4}|max-(?:br1|hd\d|transit))"),
    ("lancom", "lcos", r"lancom-?\w{0,10}"),
    ("bintec", "be.ip", r"(?:be\.ip|bintec-?\w{0,8}|rs\d{3}j?)"),
    ("fortinet", "fortigate", r"(?:fgt[-\d]?\w{0,8}|fgvm\w{0,6}|fortigate)"),
    ("fortinet", "fortiswitch", r"(?:s[1245]\d{2}[def]\w{0,12}|fortiswitch)"),
    ("arubanetworks", "procurve", r"(?:procurve|hp-\d{4}|aruba-(?:2\d{3}|[35][48]\d\d))"),
    ("dlink", "dgs", r"(?:dgs|dxs|des)-\d{4}"),
    ("tp-link", "jetstream", r"(?:t\d{4}g|tl-s[gx]\d{4}|jetstream|sg\d{4}[px]?)"),
    ("tp-link", "omada", r"(?:eap\d{3}|er\d{3,4}|oc[23]00)"),
    ("extreme", "exos", r"x[3-8][2-9]\d(?:-g2)?"),
    ("extreme", "voss", r"(?:vsp|fabricengine)-?\d{0,4}"),
    ("aerohive", "hiveos", r"(?:aerohive|ah-[0-9a-f]{6})"),
    ("meraki", "meraki", r"(?:meraki)(?=-)"),
    ("riverbed", "steelhead", r"(?:steelhead|riverbed)"),
    ("infoblox", "nios", r"infoblox"),
    ("digi", "accelerated", r"(?:tx[546]4|ex1[25]|ix[124]\d)"),
    ("netmodule", "router", r"nb\d{4}"),
    ("moxa", "switch", r"(?:eds|iks|ics)-\w{3,6}"),
    ("yamaha", "rtx", r"(?:rtx\d{3,4}|nvr\d{3}|fwx\d{3}|swx\d{4}|wlx\d{3})"),
    ("alaxala", "ax", r"ax[2-8]\d{3}\w?"),
    ("nec", "ix", r"ix[23]\d{3}"),
    ("gigamon", "gigavue", r"(?:gigavue|gigamon|hc[123])"),
    ("phoenixcontact", "mguard", r"mguard"),
)  # fmt: skip
_BY_MODEL: Final = tuple(
    (re.compile(rf"{pattern}(?![a-z\d])"), (vendor, product)) for vendor, product, pattern in _MODELS
)
# Makers whose name in a hostname or tag says enough; the product stays open. A name that is also a word or a program is not here.
_OWN_NAMES: Final = """
    zyxel netgear teltonika cradlepoint cambium ruckus mikrotik draytek lancom bintec peplink ubiquiti fortinet sonicwall
    watchguard stormshield clavister hillstone sangfor ruijie zte huawei h3c nokia ericsson ciena adtran edgecore gigamon
    riverbed silverpeak versa netskope zscaler imperva radware kemp barracuda forcepoint darktrace vectra extrahop infoblox
    aerohive meru raisecom fiberhome accedian ekinops sonus audiocodes oneaccess sagemcom technicolor genua viprinet cato
    genugate wallix bluecoat trendmicro sophos symantec crowdstrike paloalto juniper arista checkpoint netmodule insys
    milesight robustel digi perle opengear lantronix moxa westermo hirschmann ruggedcom edimax dlink
"""
_NAMED: Final = {name: name for name in _OWN_NAMES.split()} | {
    "fortinac": "fortinet",
    "cylanceprotect": "blackberry",
    "tplink": "tp-link",
    "steelhead": "riverbed",
    "velocloud": "vmware",
    "mguard": "phoenixcontact",
    "proxysg": "bluecoat",
    "panos": "paloalto",
    "omnisw": "alcatel-lucent",
    "omniswitch": "alcatel-lucent",
    "sierrawireless": "sierra",
    "aruba": "arubanetworks",
}
_PARTS = re.compile(r"[a-z]{3,16}")


@lru_cache(maxsize=_CACHE)
def maker_of_name(text: str) -> tuple[str, str | None] | None:
    """Vendor and product (None if that stays open) by a hostname or a tag, or None."""
    lower = text[:_NAME_MAX].lower().partition(".")[0] if not text.lower().startswith("be.ip") else "be.ip"
    for pattern, known in _BY_MODEL:
        if pattern.match(lower) is not None:
            return known
    for word in _PARTS.findall(lower):
        if (ours := _NAMED.get(word)) is not None:
            return ours, None
    return None
