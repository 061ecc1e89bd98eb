import { declareDestinationOptions } from '../declaration.ts';

/** What destinations read that a person gives permission for in a browser. */
export const cloudDriveOptions = declareDestinationOptions([
  {
    name: 'authid',
    type: 'secret',
    summary: 'The id that stands for a permission given in a browser.',
  },
  {
    name: 'oauth-url',
    type: 'text',
    default: 'https://duplicati-oauth-handler.appspot.com/refresh',
    summary: 'The service that turns an authid into a token.',
  },
  {
    name: 'oauth-client-id',
    type: 'text',
    summary: 'For cloud drives: the id of an application of your own at the provider, instead of an authid.',
  },
  {
    name: 'oauth-client-secret',
    type: 'secret',
    summary: 'For cloud drives: the secret of that application, where it has one.',
  },
  {
    name: 'oauth-refresh-token',
    type: 'secret',
    summary: 'For cloud drives: the refresh token that this application was given.',
  },
  {
    name: 'oauth-token-url',
    type: 'text',
    defaultText: "the provider's own",
    summary: 'For cloud drives: where the application gets its tokens.',
  },
  {
    name: 'oauth-redirect-port',
    type: 'integer',
    default: 53_682,
    minimum: 1,
    maximum: 65_535,
    commands: ['authorize'],
    summary: 'The port of this machine to which the browser brings the permission.',
  },
  {
    name: 'oauth-device-code',
    type: 'flag',
    commands: ['authorize'],
    summary:
      'Gives a code to be entered in a browser on any machine, instead of waiting for one on this one.',
  },
  {
    name: 'oauth-device-url',
    type: 'text',
    defaultText: "the provider's own",
    commands: ['authorize'],
    summary: 'Where such a code comes from.',
  },
  {
    name: 'api-endpoint',
    type: 'text',
    defaultText: "the provider's own",
    summary:
      'For cloud drives: another address of the service, such as that of a national cloud or a gateway.',
  },
  {
    name: 'googledrive-teamdrive-id',
    type: 'text',
    summary: 'For Google Drive: the id of a shared drive, instead of the drive of the user.',
  },
  {
    name: 'box-delete-from-trash',
    type: 'flag',
    summary: 'For Box: removes deleted volumes from the trash, too.',
  },
]);
