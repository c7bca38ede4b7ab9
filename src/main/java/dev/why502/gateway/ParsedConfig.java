package dev.why502.gateway;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A configuration as it was read from its files. */
public interface ParsedConfig {
  String path();

  /** Why the main file could not be read, or null. */
  @Nullable String denied();

  /** What the gateway would refuse, "file:line: message". */
  List<String> faults();

  /** What belongs to it and could not be read or followed. */
  List<String> unread();

  FileTexts files();
}
