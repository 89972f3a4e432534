/** Ends the process when its starter does, however that ends: its input is a pipe from there. */
final class EndsWithInput {
  private EndsWithInput() {}

  static void watch() {
    if (System.getenv("FWOA_ENGINE_ENDS_WITH_INPUT") == null) return;
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (java.io.IOException ignored) {
                // As the end of it.
              }
              Runtime.getRuntime().halt(0);
            });
    watch.setDaemon(true);
    watch.start();
  }
}
