"""The configuration: defaults, file, environment, and errors that a person can act on."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainstemd.config import Config, Listen, dotted, find, keys, leaves, load, parse_duration, parse_size
from brainstemd.config.locate import locate
from brainstemd.config.values import parse_address, parse_fingerprint, show_duration, show_size
from brainstemd.config.write import default_file
from brainstemd.errors import ConfigError


def write(directory: Path, text: str) -> Path:
    path = directory / "b.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path | None, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    assert caught.value.exit_code == 78
    assert caught.value.hint
    return str(caught.value).splitlines()


# ---------------------------------------------------------------- defaults and the printed file


def test_nothing_given_is_the_defaults() -> None:
    """No file and no variable: every value is the default and says so."""
    loaded = load(None, {"PATH": "/bin", "HOME": "/"})
    assert loaded.config == Config()
    assert set(loaded.origins.values()) == {"default"}
    assert loaded.path is None


def test_printed_file_loads_to_the_defaults(tmp_path: Path) -> None:
    """`config init` prints a file whose values are exactly the defaults, each of them read from it."""
    loaded = load(write(tmp_path, default_file()), {})
    assert loaded.config == Config()
    unset = {key for key, origin in loaded.origins.items() if origin == "default"}
    values = {dotted(key): value for key, value in leaves(loaded.config)}
    assert all(values[key] in (None, (), {}) for key in unset)


def test_printed_file_names_every_key() -> None:
    """With its # removed, the printed file holds every key there is."""
    text = default_file()
    opened = "\n".join(
        line[1:] if line.startswith("#") and not line.startswith("# ") else line for line in text.splitlines()
    )
    data = tomllib.loads(opened)
    found = set()
    for key in keys():
        level = data
        for part in key:
            level = level[0] if isinstance(level, list) else level
            if part in level:
                level = level[part]
                found.add(key) if part == key[-1] else None
    assert found == set(keys())
    assert len(found) > 40


def test_printed_file_fits_a_terminal() -> None:
    """No line is longer than 110 columns."""
    assert max(map(len, default_file().splitlines())) <= 110


# ---------------------------------------------------------------- file and environment


def test_values_and_their_origins(tmp_path: Path) -> None:
    """A value comes from the variable, else the file, else the default; each origin is told, lines exact."""
    path = write(
        tmp_path,
        "# one\nstate_dir = '/a'\n\n[digest]\nevery = \"1h\"\ntop = 3\n[[listen]]\ntransport='tcp'\n",
    )
    loaded = load(path, {"BRAINSTEMD_DIGEST__TOP": "5", "BRAINSTEMD_SPOOL__COMPRESS": "false"})
    config, origins = loaded.config, loaded.origins
    assert (config.state_dir, config.digest.every, config.digest.top) == (Path("/a"), 3600.0, 5)
    assert config.spool.compress is False
    assert config.listen == (Listen(transport="tcp"),)
    assert origins["state_dir"] == f"{path}:2"
    assert origins["digest.every"] == f"{path}:5"
    assert origins["digest.top"] == "environment BRAINSTEMD_DIGEST__TOP"
    assert origins["spool.compress"] == "environment BRAINSTEMD_SPOOL__COMPRESS"
    assert origins["digest.window"] == "default"
    assert origins["listen[0].transport"] == f"{path}:8"
    assert origins["listen[0].address"] == "default"
    assert set(origins) == {dotted(key) for key, _ in leaves(config)}


def test_lists_and_weights_from_the_environment() -> None:
    """Lists of tables come as TOML; a weight has a variable of its own."""
    loaded = load(
        None,
        {
            "BRAINSTEMD_LISTEN": '[{transport = "tcp", address = ["127.0.0.1:0"]}]',
            "BRAINSTEMD_ATTENTION__WEIGHTS__SELF_HEAL": "0.5",
        },
    )
    assert loaded.config.listen == (Listen(transport="tcp", address=("127.0.0.1:0",)),)
    assert loaded.config.attention.weights == {"self_heal": 0.5}
    assert loaded.origins["listen[0].address"] == "environment BRAINSTEMD_LISTEN"
    assert loaded.origins["listen[0].tenant"] == "default"


def test_environment_replaces_lists_of_the_file(tmp_path: Path) -> None:
    """A list from the environment leaves nothing of the file's list, neither values nor origins."""
    path = write(tmp_path, "[[source]]\nmatch=['10.0.0.1']\ntenant='a'\n[[source]]\nmatch=['10.0.0.2']\n")
    loaded = load(path, {"BRAINSTEMD_SOURCE": "[{match = ['192.0.2.1']}]"})
    assert [source.match for source in loaded.config.source] == [("192.0.2.1",)]
    assert not any(origin.startswith(str(path)) for origin in loaded.origins.values())


def test_relative_paths_have_one_meaning(tmp_path: Path) -> None:
    """In the file they count from the file, in the environment from the working directory."""
    path = write(tmp_path, "state_dir = 'state'\n")
    loaded = load(path, {"BRAINSTEMD_DIGEST_DIR": "digests"})
    assert loaded.config.state_dir == tmp_path / "state"
    assert loaded.config.digest_dir == Path.cwd() / "digests"


def test_which_file(tmp_path: Path) -> None:
    """The option wins over the variable; the variable is not a key."""
    path = write(tmp_path, "")
    assert find(Path("a"), {"BRAINSTEMD_CONFIG": "b"}) == Path("a")
    assert find(None, {"BRAINSTEMD_CONFIG": "b"}) == Path("b")
    assert load(path, {"BRAINSTEMD_CONFIG": "b", "BRAINSTEMD_LOG_FORMAT": "json"}).config == Config()


def test_tls_has_its_own_port(tmp_path: Path) -> None:
    """A tls listener without an address takes 6514; its files count from the configuration's directory."""
    path = write(tmp_path, "[[listen]]\ntransport='tls'\ncertificate='c.pem'\nkey='k.pem'\n")
    (listen,) = load(path, {}).config.listen
    assert listen.address == ("0.0.0.0:6514", "[::]:6514")
    assert listen.certificate == tmp_path / "c.pem"


def test_fingerprints_are_read_as_people_have_them() -> None:
    """RFC 5425's form, what openssl prints, and the bare digits are the same certificate."""
    digits = "0123456789abcdef" * 4
    colons = ":".join(digits[at : at + 2] for at in range(0, 64, 2)).upper()
    for text in (digits, colons, f"sha-256:{colons}", f"SHA256:{digits}", f"sha256 Fingerprint={colons}"):
        assert parse_fingerprint(text) == digits


# ---------------------------------------------------------------- errors

TLS = "[[listen]]\ntransport='tls'\ncertificate='c'\nkey='k'\n"
CASES = [
    ("stat_dir = 1", 1, "stat_dir = 1", "did you mean state_dir?"),
    ("[spol]\nmax_age='1d'", 1, "spol", "did you mean spool?"),
    ("\n[spool]\nfsync_intervall = '1s'", 3, "spool.fsync_intervall", "did you mean fsync_interval?"),
    ("fsync_interval = '1s'", 1, "fsync_interval", "did you mean spool.fsync_interval?"),
    ("[memory]\nqqq = 1", 2, "memory.qqq = 1", "known here: batch_lines, "),
    ("[spool]\nmax_age = '3 parsecs'", 2, 'spool.max_age = "3 parsecs"', "expected a duration"),
    ("[spool]\nmax_bytes = '1 XB'", 2, 'spool.max_bytes = "1 XB"', "expected a size"),
    ("[spool]\nmax_bytes = -1", 2, "spool.max_bytes = -1", "greater than or equal to 0"),
    ("[spool]\nfsync_interval = inf", 2, "spool.fsync_interval", "less than or equal"),
    ("[spool]\non_full = 'block'", 2, "spool.on_full", "'hold' or 'drop'"),
    ("spool = 3", 1, "spool = 3", "expected a table"),
    ("[digest]\ndaily = '7:00'", 2, "digest.daily", "pattern"),
    ("[digest]\ntop = 11", 2, "digest.top = 11", "less than or equal to 10"),
    ("[digest]\ntimezone = 'Mars/Base'", 2, "digest.timezone", "expected a zone name"),
    ("[digest]\ntimezone = '../etc'", 2, "digest.timezone", "expected a zone name"),
    ("[attention.weights]\nx = 'heavy'", 2, "attention.weights.x", "number"),
    ("[attention]\nweights = { x = nan }", 2, "attention.weights.x", "finite"),
    ("[listen]\ntransport='udp'", 1, "listen", "write [[listen]]"),
    ("[[listen]]\ntransport='upd'", 2, "listen[0].transport", "'udp', 'tcp' or 'tls'"),
    ("[[listen]]\naddress='0.0.0.0:1'", 2, "listen[0].address", "expected a list"),
    ("[[listen]]\naddress=['0.0.0.0:1',\n 'here:1']", 3, "listen[0].address[1]", "not an IP address"),
    ("[[listen]]\naddress=['0.0.0.0']", 2, "listen[0].address[0]", "expected address and port"),
    ("[[listen]]\naddress=['::1:514']", 2, "listen[0].address[0]", "in brackets"),
    ("[[listen]]\naddress=['[::1]:70000']", 2, "listen[0].address[0]", "at most 65535"),
    ("[[listen]]\naddress=[]", 2, "listen[0].address", "at least 1"),
    (
        "[[listen]]\nname='x'\n\n[[listen]]\nadress=['1.2.3.4:1']",
        5,
        "listen[1].adress",
        "did you mean address?",
    ),
    ("[[listen]]\nmax_line = '1MiB'", 2, "listen[0].max_line", "65536"),
    ("[[listen]]\ntransport='tls'", 2, "listen[0].transport", "needs certificate and key"),
    ("[[listen]]\ntransport='tls'\nkey='k'", 2, "listen[0].transport", "needs certificate"),
    ("[[listen]]\ncertificate='k'", 2, "listen[0].certificate", "this listener is udp"),
    ("[[listen]]\nclient_names=['a']", 2, "listen[0].client_names", "this listener is udp"),
    (f"{TLS}client_names=['a']", 5, "listen[0].client_names", "needs client_ca"),
    (f"{TLS}client_certificates='optional'", 5, "listen[0].client_certificates", "needs client_ca"),
    (f"{TLS}client_ca='a'\nclient_certificates='none'", 6, "listen[0].client_certificates", '"required"'),
    (f"{TLS}client_ca='a'\nclient_names=['a.*.b']", 6, "listen[0].client_names[0]", "*.example"),
    (f"{TLS}client_ca='a'\nclient_fingerprints=['AB:CD']", 6, "listen[0].client_fingerprints[0]", "64 hex"),
    (f"{TLS}handshake_timeout=0", 5, "listen[0].handshake_timeout", "greater than 0"),
    ("[[listen]]\ntenant='../x'", 2, "listen[0].tenant", "letters, digits"),
    ("[[listen]]\n[[listen]]\naddress=['0.0.0.0:514']", 3, "listen[1].address", "listen[0] takes udp"),
    ("[[listen]]\nname='a'\n[[listen]]\ntransport='tcp'\nname='a'", 5, "listen[1].name", "as well"),
    ("[[source]]\ntenant='a'", 1, "source[0].match", "is required"),
    ("[[source]]\nmatch=['10.0.0.1/8']", 2, "source[0].match[0]", "host bits"),
    ("[[source]]\nmatch=['a b']", 2, "source[0].match[0]", "hostname pattern"),
    ("runtime_dir = '/" + "x" * 100 + "'", 1, "runtime_dir", "a socket's may have 107"),
    ("state_dir = '/a'\nstate_dir = '/b'", 2, "", "not TOML"),
    ("state_dir = /a", 1, "", "not TOML"),
    ("[spool]\nmax_bytes = '99999999999GiB'", 2, "spool.max_bytes", "less than or equal"),
    ("[spool]\nmax_age = '99999w'", 2, "spool.max_age", "less than or equal"),
]


@pytest.mark.parametrize(("text", "line", "key", "reason"), CASES)
def test_error_names_file_line_key_value_and_reason(
    tmp_path: Path, text: str, line: int, key: str, reason: str
) -> None:
    """One mistake is one message, at its line."""
    path = write(tmp_path, text)
    (message,) = problems(path)
    assert message.startswith(f"{path}:{line}: {key}")
    assert reason in message


def test_all_errors_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Nobody has to run the check ten times."""
    path = write(tmp_path, "a = 1\n[digest]\ntop = 0\n[spool]\nmax_age = 'x'\n[[source]]\nmatch = [1]\n")
    messages = problems(path, {"BRAINSTEMD_NOPE": "1"})
    assert [message.split(": ")[0] for message in messages] == [
        "environment BRAINSTEMD_NOPE",
        *(f"{path}:{line}" for line in (1, 3, 5, 7)),
    ]


def test_a_message_is_one_harmless_line(tmp_path: Path) -> None:
    """Escape sequences and line ends in keys and values do not reach the terminal."""
    path = write(tmp_path, '"a\\nb\\u001b[31m" = 1\n[digest]\ntimezone = "\\u001b]0;x\\u0007\\n"\n')
    messages = problems(path)
    assert len(messages) == 2
    assert all(message.isprintable() for message in messages)


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("BRAINSTEMD_STAT_DIR", "/x", "did you mean BRAINSTEMD_STATE_DIR?"),
        ("BRAINSTEMD_SPOOL_MAX_AGE", "1d", "did you mean BRAINSTEMD_SPOOL__MAX_AGE?"),
        ("BRAINSTEMD_CONFG", "x", "did you mean BRAINSTEMD_CONFIG?"),
        ("BRAINSTEMD_LISTEN__0__TENANT", "x", "did you mean BRAINSTEMD_LISTEN?"),
        ("BRAINSTEMD_SPOOL", "x", "did you mean BRAINSTEMD_SPOOL__BUFFER_BYTES?"),
        ("BRAINSTEMD_STATE_DIR", "", "is empty"),
        ("BRAINSTEMD_DIGEST__TOP", "many", "valid integer"),
        ("BRAINSTEMD_LISTEN", "udp", "expected an array of tables"),
        ("BRAINSTEMD_LISTEN", "3", "expected an array of tables"),
        ("BRAINSTEMD_LISTEN", "[{transprt = 'udp'}]", "did you mean transport?"),
        ("BRAINSTEMD_ATTENTION__WEIGHTS__X", "nan", "finite"),
    ],
)
def test_errors_of_the_environment_name_the_variable(variable: str, value: str, reason: str) -> None:
    """A wrong or unknown variable is an error with its name, not silence."""
    (message,) = problems(None, {variable: value})
    assert message.startswith(f"environment {variable}: ")
    assert reason in message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing, a directory, not UTF-8: each says so."""
    (missing,) = problems(tmp_path / "no.toml")
    assert "No such file" in missing
    (directory,) = problems(tmp_path)
    assert "Is a directory" in directory
    (deep,) = problems(write(tmp_path, "a = " + "[" * 100_000))
    assert "nested too deeply" in deep
    path = tmp_path / "latin.toml"
    path.write_bytes(b"# fine\nstate_dir = '/\xe9'\n")
    (latin,) = problems(path)
    assert latin.startswith(f"{path}:2: not UTF-8")


def test_editors_of_windows_are_welcome(tmp_path: Path) -> None:
    """A byte order mark and CRLF change nothing, lines included."""
    path = tmp_path / "w.toml"
    path.write_bytes(b"\xef\xbb\xbf[digest]\r\ntop = 3\r\n")
    loaded = load(path, {})
    assert loaded.config.digest.top == 3
    assert loaded.origins["digest.top"] == f"{path}:2"


_anything = st.recursive(
    st.one_of(
        st.integers(),
        st.sampled_from([10**400, -(10**400), 10**18]),
        st.floats(),
        st.booleans(),
        st.text(max_size=9).filter(lambda text: text.isprintable()),
        st.sampled_from(
            ["9" * 400 + "GiB", "999999999999999w", "1s", "1KiB", "::1", "[::1]:1", "UTC", "udp"]
        ),
    ),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "match", "key"]), inner)
    ),
    max_leaves=4,
)


def as_toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {as_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


@settings(max_examples=300)
@given(key=st.sampled_from([*keys(), ("spool",), ("listen",), ("source",), ("attention",)]), value=_anything)
def test_no_value_causes_anything_but_a_config_error(
    tmp_path_factory: pytest.TempPathFactory, key: tuple[str, ...], value: object
) -> None:
    """Whatever stands behind a key: it is taken, or refused in words that name the line."""
    table = "" if len(key) == 1 else f"[[{key[0]}]]\n" if key[0] in ("listen", "source") else f"[{key[0]}]\n"
    path = write(tmp_path_factory.getbasetemp(), f"{table}{key[-1]} = {as_toml(value)}\n")
    refusal = ""
    try:
        loaded = load(path, {})
    except ConfigError as error:
        refusal = str(error)
    if refusal:
        assert re.match(rf"{re.escape(str(path))}:[12]: ", refusal)
    else:
        assert set(loaded.origins) == {dotted(leaf) for leaf, _ in leaves(loaded.config)}


# ---------------------------------------------------------------- the locator


def test_lines_of_every_toml_shape() -> None:
    """Strings that look like keys, nested arrays, inline tables, dotted and quoted keys, arrays of tables."""
    text = '''a = """
b = 1
[c]
""" # d = 1
e.f = [ # [g]
  "]", '#',
  [1, 2],
]
"h.i" = { j = 1, k = { l = "}" } }
[m . n]
o = 1979-05-27 07:32:00
[[p]]
q = \'\'\'
x=1\'\'\'
[p.r]
s = 1
[[p]]
q = 'y=1'
[[p.t]]
u = -inf
'''
    tomllib.loads(text)
    lines = locate(text)
    expected = {
        ("a",): 1,
        ("e", "f"): 5,
        ("e", "f", 0): 6,
        ("e", "f", 2): 7,
        ("h.i",): 9,
        ("h.i", "k", "l"): 9,
        ("m", "n"): 10,
        ("m", "n", "o"): 11,
        ("p",): 12,
        ("p", 0, "q"): 13,
        ("p", 0, "r"): 15,
        ("p", 0, "r", "s"): 16,
        ("p", 1): 17,
        ("p", 1, "q"): 18,
        ("p", 1, "t", 0, "u"): 20,
    }
    assert {key: lines.get(key) for key in expected} == expected
    assert ("b",) not in lines
    assert ("c",) not in lines
    assert ("d",) not in lines


_word = st.text(st.sampled_from("abc="), min_size=1, max_size=3)
_toml_value = st.recursive(
    st.sampled_from(
        ["1", "true", "-0.5", '"x = [\\""', "'] # {'", '"""\n[a]\n"""', "'''\nb = 1\n'''", "1979-05-27"]
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[ # note = 1\n{', '.join(items)}\n]"),
    max_leaves=5,
)


@settings(max_examples=150)
@given(st.dictionaries(_word, _toml_value, max_size=5), st.data())
def test_locator_finds_each_key_where_it_was_written(pairs: dict[str, str], data: st.DataObject) -> None:
    """Whatever the values look like, the keys found are the keys written, at their lines, and no others."""
    text, expected = "", {}
    for key, value in pairs.items():
        text += data.draw(st.sampled_from(["", "\n", "# k = 1\n", "  "]))
        expected[(key,)] = text.count("\n") + 1
        text += f'"{key}" = {value}\n'
    assert set(tomllib.loads(text)) == set(pairs)
    assert {key: line for key, line in locate(text).items() if len(key) == 1} == expected


# ---------------------------------------------------------------- values


@given(st.integers(0, 10**9))
def test_durations_and_sizes_read_back(number: int) -> None:
    """What is shown is what is read."""
    assert parse_duration(show_duration(number / 1000)) == number / 1000
    assert parse_size(show_size(number)) == number


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("250ms", 0.25), ("1s", 1), ("15m", 900), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600), (3, 3)],
)
def test_durations(text: object, seconds: float) -> None:
    """Every unit."""
    assert parse_duration(text) == seconds


def test_addresses() -> None:
    """Both families, port apart."""
    assert parse_address("0.0.0.0:514") == ("0.0.0.0", 514)
    assert parse_address("[::1]:0") == ("::1", 0)
