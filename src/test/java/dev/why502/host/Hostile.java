package dev.why502.host;

import java.nio.file.Path;
import java.util.List;

/** Names that a shell or an option parser would act on. */
final class Hostile {
  private Hostile() {}

  static Path trap(Path folder) {
    return folder.resolve("P");
  }

  static List<String> names(Path folder) {
    String trap = trap(folder).toString();
    return List.of(
        "-x",
        "--host=evil",
        "$(touch " + trap + ")",
        "`touch " + trap + "`",
        "a;touch " + trap,
        "a\ntouch " + trap,
        "a|touch " + trap,
        "*",
        "",
        "\u0000",
        "../../etc/passwd");
  }
}
