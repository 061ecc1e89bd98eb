"""Reads a backup with Python's own library: a second opinion on every byte that Ashlar writes.

Arguments: folder, passphrase. Prints as JSON what the newest list says, and the SHA-256 of each file put together from its blocks.
"""
import base64
import hashlib
import hmac
import io
import json
import os
import subprocess
import sys
import zipfile


def aes(key, iv, data):
    command = ["openssl", "enc", "-d", "-aes-256-cbc", "-nopad", "-K", key.hex(), "-iv", iv.hex()]
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


def decrypt(data, passphrase):
    assert data[:5] == b"AES\x02\x00"
    at = 5
    while (length := int.from_bytes(data[at : at + 2], "big")) > 0:
        assert b"\0" in data[at + 2 : at + 2 + length]
        at += 2 + length
    at += 2
    public_iv, keys, check = data[at : at + 16], data[at + 16 : at + 64], data[at + 64 : at + 96]
    secret = public_iv + bytes(16)
    for _ in range(8192):
        secret = hashlib.sha256(secret + passphrase.encode("utf-16-le")).digest()
    assert hmac.digest(secret, keys, "sha256") == check
    opened = aes(secret, public_iv, keys)
    iv, key = opened[:16], opened[16:]
    body, rest, check = data[at + 96 : -33], data[-33], data[-32:]
    assert hmac.digest(key, body, "sha256") == check
    plain = aes(key, iv, body)
    if rest == 0:
        return plain
    assert plain[rest - 16 :] == bytes([16 - rest]) * (16 - rest)
    return plain[: rest - 16]


def sha256(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def main():
    folder, passphrase = sys.argv[1:]
    blocks, lists, indexes, remote = {}, {}, {}, {}
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read()
        remote[name] = {"hash": sha256(data), "size": len(data)}
        with zipfile.ZipFile(io.BytesIO(decrypt(data, passphrase))) as archive:
            assert archive.testzip() is None
            manifest = json.loads(archive.read("manifest"))
            assert (manifest["Version"], manifest["BlockHash"], manifest["FileHash"]) == (2, "SHA256", "SHA256")
            entries = {entry: archive.read(entry) for entry in archive.namelist() if entry != "manifest"}
        if ".dblock." in name:
            for entry, block in entries.items():
                hash_text = entry.replace("-", "+").replace("_", "/")
                assert sha256(block) == hash_text, entry
                assert len(block) <= manifest["Blocksize"]
                blocks[hash_text] = (name, block)
        elif ".dindex." in name:
            indexes[name] = entries
        else:
            lists[name] = entries
    described = {}
    for entries in indexes.values():
        for entry, content in entries.items():
            kind, _, rest = entry.partition("/")
            if kind == "list":
                assert blocks[rest.replace("-", "+").replace("_", "/")][1] == content
                continue
            volume = json.loads(content)
            assert {"hash": volume["volumehash"], "size": volume["volumesize"]} == remote[rest]
            for block in volume["blocks"]:
                described[block["hash"]] = (rest, block["size"])
    assert described == {key: (name, len(block)) for key, (name, block) in blocks.items()}
    newest = lists[max(lists)]
    assert json.loads(newest["fileset"].decode("utf-8-sig"))["IsFullBackup"] is True
    found = []
    for item in json.loads(newest["filelist.json"].decode("utf-8-sig")):
        metadata = blocks[item.get("metablockhash", item["metahash"])][1]
        assert sha256(metadata) == item["metahash"] and len(metadata) == item["metasize"]
        json.loads(metadata.decode("utf-8-sig"))
        content = b""
        if item["type"] == "File" and item["size"] > 0:
            for one in item.get("blocklists") or []:
                hashes = blocks[one][1]
                for at in range(0, len(hashes), 32):
                    content += blocks[base64.b64encode(hashes[at : at + 32]).decode()][1]
            if not item.get("blocklists"):
                content = blocks[item.get("blockhash") or item["hash"]][1]
        if item["type"] == "File":
            assert sha256(content) == item["hash"] and len(content) == item["size"]
        found.append([item["type"], item["path"], hashlib.sha256(content).hexdigest()])
    print(json.dumps(found))


main()
