"""Certificates that renew themselves: Certbot, acme.sh, dehydrated, lego, OpenBSD's acme-client (their documentation of renewal).

A renewal is an attempt about the certificate's name; it fails weeks before the certificate expires.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import Family, Program, phrase

_NAME = r"(?P<entity>[\w*.-]{1,253}?)"

_PHRASES = (
    phrase("Failed to renew certificate", rf"Failed to renew certificate {_NAME} with error", "renew", "neutral", "failure", "certificate"),
    phrase("produced an unexpected error", rf"Attempting to renew cert \({_NAME}\).{{0,200}}produced an unexpected error", "renew", "neutral", "failure", "certificate"),
    phrase("Challenge failed for domain", rf"Challenge failed for domain {_NAME}$", "challenge", "neutral", "failure", "certificate"),
    phrase("failed to authenticate", r"failed to authenticate some domains", "challenge", "neutral", "failure"),
    phrase("Server responded with a certificate", rf"\[{_NAME}\] Server responded with a certificate", "renew", "neutral", "success", "certificate"),
    phrase("(failure)", rf"/live/{_NAME}/[\w.]{{1,32}} \(failure\)", "renew", "neutral", "failure", "certificate"),
    phrase("(success)", rf"/live/{_NAME}/[\w.]{{1,32}} \(success\)", "renew", "neutral", "success", "certificate"),
    phrase("Renewing an existing certificate", rf"Renewing an existing certificate for {_NAME}(?= and |$)", "renew", kind="certificate"),
    phrase("Successfully received certificate", r"Successfully received certificate", "renew", "neutral", "success"),
    phrase("all renewals succeeded", r"all renewals succeeded", "renew", "neutral", "success"),
    phrase("renew failure(s)", r"\d{1,6} renew failure\(s\)", "renew", "neutral", "failure"),
    phrase("not yet due for renewal", r"not (?:yet )?due for renewal", "skip"),
    phrase("is saved at", rf"Certificate is saved at: /etc/letsencrypt/live/{_NAME}/", "renew", "neutral", "success", "certificate"),
    phrase("Verify error", rf"(?:\] )?{_NAME}: ?(?:Invalid status, .{{0,80}})?Verify error", "challenge", "neutral", "failure", "certificate"),
    phrase("Error renew", rf"Error renew {_NAME}\.?$", "renew", "neutral", "failure", "certificate"),
    phrase("Renew: '", rf"Renew: '{_NAME}'", "renew", kind="certificate"),
    phrase("Cert success", r"Cert success", "renew", "neutral", "success"),
    phrase("Skip", r"Skip(?:ping)?,? .{0,40}[Nn]ext renewal time", "skip"),
    phrase("can not get", rf"Error, can not get (?:domain token entry|EAB credentials) ?{_NAME}?(?: |$)", "challenge", "neutral", "failure", "certificate"),
    phrase("Processing ", rf"Processing {_NAME}(?: with alternative names|$)", "process", kind="certificate"),
    phrase("Challenge is invalid", r"Challenge is invalid", "challenge", "neutral", "failure"),
    phrase("acme: ", rf"\[{_NAME}\] acme: ", "renew", kind="certificate"),
    phrase("certificate valid: ", rf"/{_NAME}\.(?:pem|crt|fullchain\.pem): certificate (?:valid|renewal): \d{{1,5}} days left", "check", kind="certificate"),
    phrase("bad exit", r"bad exit: \w{1,20}\(\d{1,10}\): [1-9]", "renew", "neutral", "failure"),
)  # fmt: skip

_ACME_SH = Program("acme.sh", "acme.sh", _PHRASES)

DIALECT = Family(
    "certificates",
    {
        "certbot": Program("certbot", "certbot", _PHRASES),
        "letsencrypt": Program("certbot", "certbot", _PHRASES),
        "acme.sh": _ACME_SH,
        "acme": _ACME_SH,
        "dehydrated": Program("dehydrated", "dehydrated", _PHRASES),
        "lego": Program("lego", "lego", _PHRASES),
        "acme-client": Program("openbsd", "acme-client", _PHRASES),
    },
)
