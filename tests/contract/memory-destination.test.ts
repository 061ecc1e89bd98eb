import { MemoryDestination, memoryStorage } from '../support/memory-destination.ts';
import { testDestinationContract } from './destination-contract.ts';

testDestinationContract('memory', async () => {
  const storage = memoryStorage();
  return {
    open: async () => new MemoryDestination(storage),
    removeFolder: async () => {
      storage.files.clear();
      storage.folder = false;
    },
  };
});
