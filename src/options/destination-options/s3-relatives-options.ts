import { declareDestinationOptions } from '../declaration.ts';

/** What Aliyun OSS and Tencent COS read. */
export const s3RelativesOptions = declareDestinationOptions([
  { name: 'oss-bucket-name', type: 'text', summary: 'For Aliyun OSS: the bucket.' },
  {
    name: 'oss-endpoint',
    type: 'text',
    summary: 'For Aliyun OSS: the server, such as oss-cn-hangzhou.aliyuncs.com.',
  },
  {
    name: 'oss-access-key-id',
    type: 'text',
    summary: 'For Aliyun OSS: the id of the access key; without it, auth-username.',
  },
  {
    name: 'oss-access-key-secret',
    type: 'secret',
    summary: 'For Aliyun OSS: the secret of the access key; without it, auth-password.',
  },
  {
    name: 'cos-app-id',
    type: 'text',
    summary: 'For Tencent COS: the number of the account, where the name of the bucket does not end in it.',
  },
  { name: 'cos-region', type: 'text', summary: 'For Tencent COS: the region, such as ap-guangzhou.' },
  {
    name: 'cos-secret-id',
    type: 'text',
    summary: 'For Tencent COS: the id of the key; without it, auth-username.',
  },
  {
    name: 'cos-secret-key',
    type: 'secret',
    summary: 'For Tencent COS: the secret of the key; without it, auth-password.',
  },
  { name: 'cos-bucket', type: 'text', summary: 'For Tencent COS: the bucket.' },
  {
    name: 'cos-storage-class',
    type: 'text',
    summary: 'For Tencent COS: the storage class of the volumes, such as STANDARD_IA.',
  },
]);
