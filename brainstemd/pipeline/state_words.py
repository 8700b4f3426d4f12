"""The words of state, of things that stand, of attempts and of their ends. Tables, no logic; lower case, without digits.

English, and the commonest words of German, French and Spanish. "~" stands for a blank inside a phrase.
"""

from __future__ import annotations

import re
from typing import Final


def word_set(text: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(text.split())


def _words(text: str) -> str:
    return "|".join(text.split())


_DOWN_ALWAYS = _words(
    "down shutdown went~away gone~away unreachable unresponsive no~response stopped~responding dead "
    "offline crashed crash core~dumped coredump segfault segfaulted segmentation~fault panic hung stalled "
    "degraded faulty faulted unhealthy unavailable disconnected no~carrier lost~carrier carrier~lost "
    "loss~of~signal dying~gasp loss~of~carrier loss~of~light loss~of~connection link~failure link~loss "
    "out~of~service outofservice out~of~memory oom-kill oom-killer killed died inactive deactivated unplugged ejected "
    "broken err-disabled errdisabled err-disable unsynchronised unsynchronized out~of~sync lost~sync "
    "lost~connection connection~lost connection~was~lost lost~contact lost~connectivity connectivity~lost "
    "lost~communication communication~lost lost~power power~lost power~loss loss~of~power unmounted "
    "loss~of~communication loss~of~comms comms~lost lost~comms communication~loss communications~lost "
    "inoperative inoperable malfunctioned defunct notconnect vanished disappeared demoted defective "
    "not~found~on~bus outage failed~to~start failed~to~mount failed~to~load failed~to~listen "
    "failed~to~establish failed~to~bind failed~to~respond exiting~on missed~heartbeat heartbeat~lost "
    "heartbeat~timeout lost~heartbeat dpd~timeout destroyed inaccessible non-operational nonoperational "
    "non~responsive non-responsive not~communicating not~responded not~respond "
    "not~sync not~synced on~battery to~battery on~batteries paper~jam jammed "
    "went~read-only became~read-only remounted~read-only went~missing reported~missing "
    "does~not~answer not~answering stopped~answering no~longer~answers does~not~respond "
    "gestört ausgefallen abgestürzt defekt injoignable indisponible hors~service hors~ligne en~panne "
    "inaccesible fuera~de~servicio fuera~de~línea "
)
# Of a thing that stands, unless the message is about an attempt.
_DOWN_OF_THING = _words(
    "failed fails failing failure dropped drop drops lost loses loss expired terminated aborted stopped stopping "
    "disabled removed timed~out timeout exited suspended halted start~request~repeated~too~quickly "
    "fault abgebrochen verloren beendet gestoppt interrupted getrennt unterbrochen arrêté arrêtée perdu perdue rompu rompue "
    "déconnecté déconnectée detenido detenida caído caída perdido perdida desconectado desconectada "
)
# Of a thing that stands, whoever did it and whatever else is named.
_DOWN_THING = _words(
    "unregistered deregistered de-registered evicted tripped powered~off powered~down switched~off turned~off "
    "left~unexpectedly left~the~cluster left~the~group has~left failed~unexpectedly missing~or~failed "
    "is~missing detached~unexpectedly stopped~unexpectedly terminated~unexpectedly exited~unexpectedly "
    "unseated pulled~out ended~abnormally terminated~abnormally exited~abnormally ended~unexpectedly "
)
_UP_ALWAYS = _words(
    "up online reachable alive recovered recovers restored re-established reestablished reconnected "
    "came~back back~to~normal healthy operational in~service inservice rejoined repaired restarted resynchronised "
    "resynchronized back~online respawned recovering-ok regained returned~to~normal returned~to~service "
    "answers~again answering~again responds~again "
    "wiederhergestellt erreichbar rétabli rétablie joignable reconnecté reconnectée en~ligne restablecido "
    "restablecida recuperado recuperada reconectado reconectada en~línea "
)
_UP_OF_THING = _words(
    "established connected started running active activated available resumed resumes ready joined synchronised "
    "synchronized in~sync plugged cleared booted enabled mounted promoted responding loaded normal ok "
    "reloaded inserted accessible verbunden gestartet connecté connectée démarré démarrée conectado conectada "
    "iniciado iniciada "
)
_UP_THING = _words(
    "optimal powered~on switched~on turned~on registered re-registered reregistered on~mains on~utility "
)
TABLES: Final = {
    "down": _DOWN_ALWAYS,
    "down_thing": _DOWN_THING,
    "down_if": _DOWN_OF_THING,
    "up": _UP_ALWAYS,
    "up_thing": _UP_THING,
    "up_if": _UP_OF_THING,
}

# The words with which each pattern can begin: a text that bears none of them needs no search.
STATE_WORDS: Final = frozenset(
    word for words in TABLES.values() for word in words.split("|") if "~" not in word
)
STATE_TOKENS: Final = frozenset(
    re.split(r"[~-]", word)[0] for words in TABLES.values() for word in words.split("|")
)
HEALED_TOKENS: Final = word_set("""
    recovered restored reconnected reestablished established back up restarted restarting respawned resumed
    flapped flapping flaps blipped bounced bouncing rebooted restart reboot respawn healed online
""")
ORDERLY_TOKENS: Final = word_set("""
    stopping stopped shutting shutdown shut administratively admin administrative adminshut restarted
    rebooted disabled reloaded terminated disconnected brought reset cleared halted reload reboot restart
    termination disconnect failover switchover requested user planned graceful gracefully manual manually
    scheduled operator request exiting terminating caught received got killed exit sigterm sigint system
    deactivated maintenance powered powering
""")
FAILURE_TOKENS: Final = word_set("""
    fail failed failure failures fails failing denied deny denies reject rejected rejects refused refuses
    invalid unsuccessful unsuccessfully unauthorized unauthorised forbidden not unable cannot can could
    couldn abort aborted aborts incorrect bad illegal timed with mismatch locked nxdomain servfail bounced
    undeliverable fehlgeschlagen verweigert abgelehnt ungültig échec échoué échouée refusé refusée fallo
    falló fallido fallida denegado denegada rechazado rechazada blocked dropped drop discarded
""")
SUCCESS_TOKENS: Final = word_set("""
    succeeded success successful successfully succeeds accepted completed complete passed granted permitted
    allowed authenticated logged finished renewed verified delivered erfolgreich abgeschlossen réussi
    réussie succès exitoso exitosa éxito correctamente allow permit pass accept
""")
_TOKEN = re.compile(r"[^\W\d_]+")


def tokens_of(text: str) -> frozenset[str]:
    """The words of a lower-case text."""
    return frozenset(_TOKEN.findall(text))


THING: Final = re.compile(
    r"\b(?:service|unit|daemon|process|disk|drive|link|interface|ifname|port|tunnel|vpn|ipsec|ike|sa|peer"
    r"|neighbou?r|nbr|node|member|fan|power|psu|supply|sensor|module|card|array|raid|volume|pool|datastore"
    r"|server|controller|path|cluster|adjacency|bgp|ospf|eigrp|isis|bfd|ldp|hsrp|vrrp|lacp|stp|line protocol"
    r"|protocol|gateway|uplink|wan|circuit|host|container|pod|instance|vm|virtual machine|guest|database"
    r"|replica|replication|mirror|mount|filesystem|file system|battery|ups|ap|access point|radio|switch"
    r"|router|firewall|agent|monitor|health ?check|probe|backend|upstream|connection|connectivity|ethernet"
    r"|transceiver|sfp|optic|gigabitethernet|broker|cache|queue manager|listener|worker|site|camera|video"
    r"|recorder|phone|trunk|channel|heartbeat|carrier|signal|main process|sync|clock|license|certificate"
    r"|alarm|system|device|quorum|lun|shelf|enclosure|canister|appliance|brick|storage|pdu|outlet|feed|input"
    r"|rectifier|inverter|generator|breaker|pump|motor|compressor|valve|plc|rtu|slave|station|cpu|relay"
    r"|printer|scanner|extension|redundancy|application|ntp|chiller|boiler|conveyor|elevator|robot|turbine|ring"
    r"|session to|stream|transport|exporter|scheduler|shard"
    r"|verbindung|netzteil|lüfter|festplatte|laufwerk|dienst|knoten|leitung|liaison|lien|serveur|disque"
    r"|alimentation|ventilateur|noeud|nœud|enlace|conexión|servidor|servicio|disco|ventilador|fuente|nodo)e?s?\b"
    r"|\.service\b"
)
ATTEMPT: Final = re.compile(
    r"\b(?:password|login|logon|logins|log ?on|auth\w*|pam_\w+|publickey|credentials?|(?<!by )user(?:name)?s?"
    r"|connect(?:ing)? to|failed to connect|connection timed out|could not be established|timed out waiting"
    r"|account|(?<!by )(?<!on )(?<!upon )(?<!per )request|query|lookup|"
    r"access|permission|download|upload|delivery|transaction|job"
    r"|(?<!using )(?<!to )(?<!on )backup(?! (?:link|path|line|node|server|controller|power|battery|unit))"
    r"|task|snapshot|renewal|scan|update|"
    r"command|packets?|frames?|datagrams?|bytes|messages?|file|policy|rule|urlfilter|session (?!to"
    r"|with)\w* ?(?:opened|closed|of user|for user)|"
    r"session\s+of user|dns|http|https|tcp|udp|icmp|handshake|negotiation|proposal|sudo|su|mail|smtp|recipient)\b"
)
FAILURE: Final = re.compile(
    r"\b(?:fail(?:ed|ure|ures|s|ing)?|denied|deny|denies|reject(?:ed|s)?|refused|refuses|invalid"
    r"|unsuccessful(?:ly)?|unauthori[sz]ed|forbidden|"
    r"not (?:permitted|allowed|authori[sz]ed|accepted|valid)|unable|cannot|can't|could not|couldn't"
    r"|abort(?:ed|s)?|incorrect|bad password|illegal user|"
    r"timed out|with errors|mismatch|locked out|nxdomain|servfail|bounced mail|undeliverable"
    r"|fehlgeschlagen|verweigert|abgelehnt|ungültig|échec|échoué|échouée|refusé|refusée|fallo|falló|fallido"
    r"|fallida|denegado|denegada|rechazado|rechazada)(?![\w-])"
    r"|\b(?:log-?in|logon|sign-?in|access|account|user)s? (?:was |is |has been )?blocked\b"
    r"|\b(?:blocked|dropped|drop|discarded) (?:by (?:rule|policy|acl|firewall)|tcp|udp|icmp|inbound|outbound)\b"
)
SUCCESS: Final = re.compile(
    r"\b(?:succe(?:eded|ss|ssful|ssfully|eds)|accepted|completed?|passed|granted|permitted|allowed"
    r"|authenticated|logged in|logged on|finished|renewed|"
    r"verified|delivered|erfolgreich|abgeschlossen|réussi|réussie|succès|exitoso|exitosa|éxito|correctamente"
    r")(?![\w-])|(?<![\w-])(?:allow|permit|pass|accept) (?:tcp|udp|icmp|inbound|outbound)\b"
)
