package dev.why502.store;

/** Hears how the store is. Called on an event loop. */
public interface StoreListener {
  /** Hears nothing. */
  StoreListener NONE =
      new StoreListener() {
        @Override
        public void failing(String why) {}

        @Override
        public void caughtUp() {}

        @Override
        public void told(String text) {}
      };

  /** Once when writing begins to fail, or hangs. */
  void failing(String why);

  /** Once when all that had to wait is on disk. */
  void caughtUp();

  /** Something that its owner should know, such as a broken file that was set aside. */
  void told(String text);
}
