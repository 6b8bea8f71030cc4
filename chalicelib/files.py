"""Files that came along with messages: fetched once from the platform into the stage's own bucket,
because platforms' links end and need our tokens; then handed out by links that end soon."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.channels.base import Fetched, FetchResult, Gone, Media
from chalicelib.errors import NotFound, Unavailable
from chalicelib.ids import stable_id
from chalicelib.store import entries
from chalicelib.store.records import Entry

LARGEST = 25_000_000
"""Bytes of a file that are fetched: what a function's memory and time allow with room to spare."""

LINK_SECONDS = 300

MOST_AT_ONCE = 1000
"""Of one DeleteObjects."""

TAKEN_BACK = 20
"""So many files are looked for of a message that was taken back: platforms take ten with one."""

SHOWN = re.compile(r"(image/(png|jpeg|gif|webp)|audio/[\w.+-]+|video/[\w.+-]+|application/pdf)")
"""Types that a browser may show; anything else (HTML and SVG run scripts) is only downloaded."""

GONE = "gone"

Fetch = Callable[[Entry, Media], FetchResult | None]
"""How a file of an entry is read; None where its URL is for anybody."""


class FileLink(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a file can be had for a few minutes."""

    url: str
    mime: str | None = None
    name: str | None = None
    expires_in: int | None = None


@dataclass(frozen=True, kw_only=True)
class Files:
    """The files of a stage. `client` is an S3 client."""

    client: Any
    bucket: str
    fetch: Fetch

    def keep_all(self, entry_key: str) -> int:
        """Fetch every file of an entry that isn't there yet; returns how many were fetched.

        Raises Unavailable if a platform can't give one just now. A file that is gone for good is
        noted as such.
        """
        entry = entries.get_entries([entry_key]).get(entry_key)
        if entry is None or entry.details.get("deleted"):
            return 0
        fetched = 0
        for number, told in enumerate(entry.details.get("media", ())):
            key = _key(entry_key, number)
            if self._head(key) is None:
                fetched += self._keep(entry, _media(told), key)
        if fetched and not entries.get_entries([entry_key]):  # erased while we fetched
            self.remove_all([entry])
        return fetched

    def store(self, entry_key: str, number: int, media: Media, found: Fetched) -> None:
        """Keep a file whose bytes came along. Raises Unavailable."""
        self._store(_key(entry_key, number), media, found)

    def put(self, key: str, content: bytes, mime: str) -> None:
        """Keep a file of our own making under a key; `mime` is one that browsers may show. Raises
        Unavailable."""
        self._put(key, content, {"ContentType": mime, "ContentDisposition": "inline"})

    def remove_all(self, about: Iterable[Entry]) -> None:
        """Delete the files of entries, whether or not they are there. Raises Unavailable."""
        self.remove([key for entry in about for key in _keys(entry)])

    def remove(self, keys: Sequence[str]) -> None:
        """Delete the files of these keys, a thousand a request, whether or not they are there.
        Raises Unavailable."""
        for start in range(0, len(keys), MOST_AT_ONCE):
            wanted = [{"Key": key} for key in keys[start : start + MOST_AT_ONCE]]
            try:
                told = self.client.delete_objects(
                    Bucket=self.bucket, Delete={"Objects": wanted, "Quiet": True}
                )
            except (ClientError, BotoCoreError) as error:
                raise Unavailable("the bucket of files is not answering") from error
            # S3 reports single failures inside a success.
            if told.get("Errors"):
                raise Unavailable(f"S3 kept {len(told['Errors'])} files that were to be deleted")

    def url(self, key: str) -> str:
        """Where the file of this key can be had for a few minutes."""
        url: str = self.client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self.bucket, "Key": key},
            ExpiresIn=LINK_SECONDS,
        )
        return url

    def link(self, entry: Entry, number: int) -> FileLink:
        """A link to one of an entry's files. Raises NotFound, with the reason if it is gone."""
        listed = entry.details.get("media", ())
        if not 0 <= number < len(listed):
            raise NotFound(f"message {entry.key} has {len(listed)} files")
        media = _media(listed[number])
        head = self._head(_key(entry.key, number))
        if head is None and media.url and not media.expires:
            return FileLink(url=media.url, mime=media.mime, name=media.name)
        if head is None:
            raise NotFound("the file has not been fetched from the platform yet: ask again shortly")
        if reason := head.get(GONE):
            raise NotFound(f"the file can't be had any more: {reason}")
        url = self.url(_key(entry.key, number))
        return FileLink(url=url, mime=media.mime, name=media.name, expires_in=LINK_SECONDS)

    def _keep(self, entry: Entry, media: Media, key: str) -> int:
        found = self.fetch(entry, media)
        if found is None:
            return 0
        if isinstance(found, Gone):
            self._put(key, b"", {"Metadata": {GONE: _ascii(found.reason)}})
            return 0
        if not isinstance(found, Fetched):
            raise Unavailable(f"a file of {entry.key} can't be had now: {found.detail}")
        self._store(key, media, found)
        return 1

    def _store(self, key: str, media: Media, found: Fetched) -> None:
        mime = (found.mime or media.mime or "").partition(";")[0].strip().lower()
        shown = bool(SHOWN.fullmatch(mime))
        how = "inline" if shown else "attachment"
        name = _ascii(media.name or "").replace('"', "")
        self._put(
            key,
            found.content,
            {
                "ContentType": mime if shown else "application/octet-stream",
                "ContentDisposition": f'{how}; filename="{name}"' if name else how,
            },
        )

    def _put(self, key: str, body: bytes, about: Mapping[str, Any]) -> None:
        try:
            self.client.put_object(Bucket=self.bucket, Key=key, Body=body, **about)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable("the bucket of files is not answering") from error

    def _head(self, key: str) -> Mapping[str, str] | None:
        """The metadata of an object; None if there is none."""
        try:
            found: Mapping[str, str] = self.client.head_object(Bucket=self.bucket, Key=key)[
                "Metadata"
            ]
        except ClientError as error:
            # Without the right to list the bucket, S3 calls an absent object forbidden.
            if error.response["Error"]["Code"] in ("404", "NoSuchKey", "403"):
                return None
            raise Unavailable("the bucket of files is not answering") from error
        except BotoCoreError as error:
            raise Unavailable("the bucket of files is not answering") from error
        return found


def _key(entry_key: str, number: int) -> str:
    return f"{stable_id('file', entry_key)}/{number}"


def _keys(entry: Entry) -> list[str]:
    """Under which the files of an entry may lie. One that was taken back doesn't say how many it
    had."""
    had = TAKEN_BACK if entry.details.get("deleted") else len(entry.details.get("media", ()))
    return [_key(entry.key, number) for number in range(had)]


def _media(told: Mapping[str, Any]) -> Media:
    return Media(**told)


def _ascii(text: str) -> str:
    return re.sub(r"[^\x20-\x7e]", "_", text)[:200]
