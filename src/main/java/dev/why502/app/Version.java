package dev.why502.app;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote down. */
final class Version implements IVersionProvider {
  /** For example "0.1.0"; "unknown" outside a build. */
  static String text() {
    try (InputStream in = Version.class.getResourceAsStream("/why502.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException unreadable) {
      return "unknown";
    }
  }

  @Override
  public String[] getVersion() {
    return new String[] {"why502 " + text()};
  }
}
