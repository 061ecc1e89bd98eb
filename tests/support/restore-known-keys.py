"""Restores the newest version of a backup that is not encrypted, by nothing but the keys that Duplicati knows.

Arguments: folder of the backup, source, target. Shares no code with Ashlar.
"""
import base64
import json
import os
import sys
import zipfile

TICKS_AT_1970 = 621355968000000000
backup, source, target = sys.argv[1:]


def read(kind):
    for name in sorted(os.listdir(backup)):
        if f".{kind}." in name:
            with zipfile.ZipFile(os.path.join(backup, name)) as archive:
                yield {entry: archive.read(entry) for entry in archive.namelist()}


blocks = {}
for volume in read("dblock"):
    for entry, content in volume.items():
        blocks[entry.replace("-", "+").replace("_", "/")] = content
entries = json.loads(list(read("dlist"))[-1]["filelist.json"].decode("utf-8-sig"))


def content_of(item):
    if item["size"] == 0:
        return []
    if not item.get("blocklists"):
        return [blocks[item.get("blockhash") or item["hash"]]]
    hashes = b"".join(blocks[one] for one in item["blocklists"])
    return [blocks[base64.b64encode(hashes[at : at + 32]).decode()] for at in range(0, len(hashes), 32)]


def metadata_of(item):
    if item.get("metablocklists"):
        hashes = b"".join(blocks[one] for one in item["metablocklists"])
        whole = b"".join(blocks[base64.b64encode(hashes[at : at + 32]).decode()] for at in range(0, len(hashes), 32))
    else:
        whole = blocks[item.get("metablockhash") or item["metahash"]]
    return json.loads(whole.decode("utf-8-sig"))


here = None


def enter(parent):
    """Steps into a folder, one part after the other: paths may be longer than the system takes."""
    global here
    if parent == here:
        return
    os.chdir(target)
    for part in parent.split("/"):
        if part:
            os.chdir(part)
    here = parent


def apply(name, metadata):
    uid, gid, mode = map(int, metadata["unix:uid-gid-perm"].split("-"))
    os.chown(name, uid, gid, follow_symlinks=False)
    for key, value in metadata.items():
        if key.startswith("unix-ext:"):
            os.setxattr(name, key[len("unix-ext:") :], base64.b64decode(value), follow_symlinks=False)
    if not os.path.islink(name):
        os.chmod(name, mode)
    ns = (int(metadata["CoreLastWritetime"]) - TICKS_AT_1970) * 100
    os.utime(name, ns=(ns, ns), follow_symlinks=False)


folders = []
os.makedirs(target)
for item in sorted(entries, key=lambda item: item["path"].rstrip("/").count("/")):
    path = item["path"][len(source) :].strip("/")
    parent, _, name = path.rpartition("/")
    metadata = metadata_of(item)
    enter(parent)
    if item["type"] == "Folder":
        if path:
            os.mkdir(name)
        folders.append((parent, name or ".", metadata))
        continue
    if item["type"] == "Symlink":
        os.symlink(metadata["CoreSymlinkTarget"], name)
    else:
        with open(name, "wb") as file:
            for block in content_of(item):
                file.write(block)
    apply(name, metadata)
for parent, name, metadata in reversed(folders):
    enter(parent)
    apply(name, metadata)
