import assert from 'node:assert/strict';
import test from 'node:test';
import { relocate } from './relocation.ts';

test('relocate() finds where entries lie, and leaves others where they are', () => {
  const relocations = [
    { path: '/web/', folder: '/disk/web/backup-1/' },
    { path: '/mail/', folder: '/disk/mail/backup-9/' },
  ];
  assert.equal(relocate('/web', relocations), '/disk/web/backup-1');
  assert.equal(relocate('/web/etc/x', relocations), '/disk/web/backup-1/etc/x');
  assert.equal(relocate('/mail/y', relocations), '/disk/mail/backup-9/y');
  assert.equal(relocate('/website', relocations), '/website');
  assert.equal(relocate('/we', relocations), '/we');
  assert.equal(relocate('/web', undefined), '/web');
});

test('relocate() takes the root for a place like any other', () => {
  const relocations = [{ path: '/', folder: '/disk/web/backup-1/' }];
  assert.equal(relocate('/', relocations), '/disk/web/backup-1/');
  assert.equal(relocate('/etc', relocations), '/disk/web/backup-1/etc');
});
