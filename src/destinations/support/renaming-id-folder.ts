import type { CanRename } from '../abilities.ts';
import type { SignalOptions } from '../destination.ts';
import { nameTaken } from './file-failures.ts';
import { IdFolder } from './id-folder.ts';
import type { MovingIdStore, StoredFile } from './id-store.ts';
import { checkRemotePath } from './remote-name.ts';

/** Such a folder on a storage that can give a file another name. */
export class RenamingIdFolder<F extends StoredFile> extends IdFolder<F> implements CanRename {
  readonly #moving: MovingIdStore<F>;

  constructor(store: MovingIdStore<F>, folders: readonly string[]) {
    super(store, folders);
    this.#moving = store;
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemotePath(newName);
    const below = newName.split('/');
    const lastName = below.pop() ?? '';
    await this.withFiles(name, options, async ([file]) => {
      const { folderId } = await this.placeOf(options);
      let targetId = folderId;
      for (const part of below) targetId = await this.ensureFolder(targetId, part, options);
      for await (const other of this.#moving.listFiles(targetId, options))
        if (other.name === lastName) throw nameTaken(name, newName);
      const target = { folderId: targetId, name: lastName, isElsewhere: targetId !== folderId };
      await this.#moving.move(file, target, options);
    });
    this.forget();
  }
}
