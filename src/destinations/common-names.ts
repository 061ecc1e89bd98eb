/** What storage is called that goes by the scheme of its protocol, or of its family. */
export interface CommonName {
  /** Kinds of destination that reach it, the best first. */
  readonly schemes: readonly string[];
  /** How its URL looks, where that of the kind does not show it. */
  readonly urlForm?: string;
}

interface NamedStorage extends CommonName {
  /** In lower case, without spaces and punctuation. */
  readonly names: readonly string[];
}

const NAMED_STORAGE: readonly NamedStorage[] = [
  { names: ['sftp', 'scp', 'sshfs', 'openssh'], schemes: ['ssh'] },
  { names: ['samba', 'windowsshare', 'networkdrive'], schemes: ['smb'] },
  { names: ['nas', 'synology', 'qnap', 'truenas'], schemes: ['smb', 'ssh', 'webdav', 'ftp'] },
  { names: ['storagebox', 'hetzner'], schemes: ['ssh', 'webdav', 'smb', 's3'] },
  { names: ['local', 'folder', 'disk', 'usb', 'nfs'], schemes: ['file'] },
  {
    names: ['nextcloud', 'owncloud'],
    schemes: ['webdav'],
    urlForm: 'webdavs://user:app-password@host/remote.php/dav/files/user/folder',
  },
  { names: ['dav', 'davs'], schemes: ['webdav'] },
  {
    names: ['minio', 'garage', 'seaweedfs', 'rustfs'],
    schemes: ['s3'],
    urlForm: 's3://bucket/folder?s3-server-name=host:9000',
  },
  { names: ['ceph', 'radosgw', 'rgw'], schemes: ['s3', 'openstack'] },
  { names: ['wasabi'], schemes: ['s3'], urlForm: s3At('s3.wasabisys.com') },
  {
    names: ['r2', 'cloudflare', 'cloudflarer2'],
    schemes: ['s3'],
    urlForm: s3At('account.r2.cloudflarestorage.com'),
  },
  {
    names: ['digitalocean', 'spaces'],
    schemes: ['s3'],
    urlForm: s3At('region.digitaloceanspaces.com'),
  },
  { names: ['scaleway'], schemes: ['s3'], urlForm: s3At('s3.region.scw.cloud') },
  { names: ['aws', 'amazon', 'amazons3', 'awss3'], schemes: ['s3'] },
  { names: ['idrive', 'idrivee2'], schemes: ['e2'] },
  { names: ['backblaze', 'backblazeb2'], schemes: ['b2', 's3'] },
  { names: ['gdrive', 'googledrive'], schemes: ['googledrive'] },
  { names: ['googlecloudstorage', 'googlecloud', 'gs'], schemes: ['gcs'] },
  { names: ['google'], schemes: ['googledrive', 'gcs'] },
  { names: ['onedrive', 'skydrive'], schemes: ['onedrivev2'] },
  { names: ['onedriveforbusiness', 'od4b', 'mssp'], schemes: ['onedrivev2', 'sharepoint'] },
  { names: ['microsoft', 'microsoft365', 'office365'], schemes: ['onedrivev2', 'sharepoint', 'msgroup'] },
  { names: ['teams', 'microsoft365group'], schemes: ['msgroup', 'sharepoint'] },
  { names: ['azureblob', 'azblob', 'azureblobstorage'], schemes: ['azure'] },
  { names: ['swift', 'keystone'], schemes: ['openstack', 's3'] },
  { names: ['rackspace'], schemes: ['cloudfiles'] },
  { names: ['aliyun', 'alibaba', 'oss'], schemes: ['aliyunoss'] },
  { names: ['tencent', 'tencentcos'], schemes: ['cos'] },
  { names: ['drime'], schemes: ['drimecloud'] },
  { names: ['movistar'], schemes: ['movistarcloud'] },
  { names: ['meganz'], schemes: ['mega'] },
  { names: ['renterd', 'siad'], schemes: ['sia'] },
  { names: ['lafs', 'tahoelafs'], schemes: ['tahoe'] },
  { names: ['icloud', 'protondrive', 'hdfs', 'koofr', 'seafile'], schemes: ['rclone'] },
];

/** Whatever people call a storage, to what it goes by here; `undefined` for words that mean none. */
export function findCommonName(word: string): CommonName | undefined {
  const wanted = word.toLowerCase().replace(/[^a-z0-9]/g, '');
  return NAMED_STORAGE.find(({ names }) => names.includes(wanted));
}

/** All of these words, for suggestions. */
export function listCommonNames(): readonly string[] {
  return NAMED_STORAGE.flatMap(({ names }) => names);
}

function s3At(server: string): string {
  return `s3s://bucket/folder?s3-server-name=${server}`;
}
