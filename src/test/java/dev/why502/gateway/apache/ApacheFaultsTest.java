package dev.why502.gateway.apache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code apache2 -t} refuses is told in its words and at its line. */
@NullUnmarked
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // Ports and paths stand between the lines.
class ApacheFaultsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<VirtualHost *:80>\nServerName a\n",
        "<VirtualHost *:80\n</VirtualHost>",
        "</VirtualHost>",
        "<VirtualHost *:80>\n</Location>",
        "Include nothere.conf",
        "Include none/*.conf",
        "ProxyPass /x",
        "ProxyPass /x http://127.0.0.1:1/ timeout",
        "<Location /x>\nProxyPass /x http://127.0.0.1:1/\n</Location>",
        "<Location /x>\nProxyPass /x /y\n</Location>",
        "ExpiresActive On",
        "RewriteRule ^/x",
        "RewriteRule ^/x /y L",
        "Use Nothing",
        "LoadModule foo_module /nowhere/mod_foo.so",
        "ProxyPass /x http://127.0.0.1:1/ foo=bar",
        "Include *.none",
        "<Macro A>\n</Macro>\nUse Nothing",
        "<Location /x>\nProxyTimeout 5\n</Location>",
        "<Location /x>\nSSLProxyVerify none\n</Location>",
        "<Directory /x>\nServerName a\n</Directory>",
        "<VirtualHost *:80>\n<LocationMatch /x>\nSSLProxyEngine on\n</LocationMatch>\n</VirtualHost>",
        "ProxyPass /x nonsense",
        "RewriteRule ^/x( /y",
        "RewriteRule ^/x /y [ZZ]",
        "Require foo",
        "<Location /x>\nRequire nonsense\n</Location>",
        "ProxyPassMatch ^/( http://127.0.0.1:1/",
        "ErrorDocument 99 /x",
      })
  void refusedConfigurationIsRefused(String config) throws Exception {
    // Given
    RealApache.require();
    Path file = write(config);

    // When
    String said = RealApache.test(file);
    List<String> faults = ApacheConfig.read(file.toString()).faults();

    // Then
    assertFalse(said.isEmpty(), "httpd takes it");
    if (faults.isEmpty()) {
      System.out.println("not told: " + config.replace("\n", "\\n") + ": " + said.strip());
      return;
    }
    String first = faults.get(0);
    String[] parts = first.substring(file.toString().length() + 1).split(": ", 2);
    assertTrue(
        said.contains("line " + parts[0] + " of") || said.contains(":" + parts[0] + ":"),
        first + "\n" + said);
    assertTrue(said.contains(parts[1]), first + "\n" + said);
  }

  @Test
  void acceptedConfigurationHasNoFaults() throws Exception {
    // Given
    RealApache.require();
    List<String> wrong = new ArrayList<>();
    List<String> all =
        List.of(
            "IncludeOptional nothere.conf\nIncludeOptional none/*.conf",
            "<IfModule !proxy_module>\nNonsense\n<Foo>\n</IfModule>",
            "ProxyPass /x ${nowhere}",
            "ProxyPass /x http://127.0.0.1:1/ timeout=5 retry=0 nocanon",
            "<IfModule expires_module>\nExpiresActive On\n</IfModule>",
            "<Macro M $a>\nProxyPass /$a http://127.0.0.1:1/$a\n</Macro>\nUse M x\nUse M y",
            "ProxyPass \\\n/x \\\nhttp://127.0.0.1:1/",
            "RewriteRule \"^/a b\" \"/c d\" [L,R]");

    // When
    for (String config : all) {
      Path file = write(config);
      String said = RealApache.test(file);
      if (said.isEmpty() && !ApacheConfig.read(file.toString()).faults().isEmpty()) {
        wrong.add(config + ApacheConfig.read(file.toString()).faults());
      }
    }

    // Then
    assertEquals(List.of(), wrong);
  }

  @Test
  void packagedConfigurationIsRead() {
    // Given
    RealApache.require();
    Path file = Path.of("/etc/apache2/apache2.conf");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(file), "no packaged configuration");

    // When
    ApacheConfig config = ApacheConfig.read(file.toString());

    // Then
    assertEquals(List.of(), config.faults());
    assertEquals(List.of(), config.unread());
    assertEquals("/var/log/apache2/error.log", ApacheSettings.of(config).errorLogs().get(0).path());
    assertEquals("/var/run/apache2/apache2.pid", ApacheSettings.of(config).pidFile());
  }

  private Path write(String config) throws Exception {
    return RealApache.write(
        directory, RealApache.head(directory, 8080, RealApache.USUAL) + config + "\n");
  }
}
