package dev.why502.matrix;

import dev.why502.definition.Gateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How one kind of gateway is told a site, started, and made to load its file again. */
interface Program {
  Gateway.Kind kind();

  /** What it is called in the table. */
  String title();

  /** Command that tells its version. */
  List<String> version();

  /** Writes all its files below a directory. */
  void write(Site site, Path directory) throws IOException;

  /** Its main file. */
  Path config(Path directory);

  Path log(Path directory);

  /** Command that runs it in the foreground. */
  List<String> command(Path directory);

  /**
   * Commands of the system that a fix may call and that would reach a gateway of the machine
   * instead of this one: each name with the shell text that stands for it.
   */
  Map<String, String> substitutes(Path directory, long pid);

  static List<Program> all() {
    return List.of(
        new NginxProgram(), new HaproxyProgram(), new ApacheProgram(), new CaddyProgram());
  }
}
