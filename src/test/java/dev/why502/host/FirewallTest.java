package dev.why502.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.Firewall;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules as nft and iptables-save list them; which of them surely stop a connection. */
@Timeout(30)
class FirewallTest {
  private Facts facts;

  @BeforeEach
  void open(@TempDir Path folder) throws IOException {
    facts = new Facts(folder, InstantSource.fixed(Facts.NOW));
    facts.program("nft", "exit 1");
    facts.program("iptables-save", "exit 1");
    facts.program("ip6tables-save", "exit 1");
  }

  @AfterEach
  void close() {
    facts.close();
  }

  private void nft(String policy, String... rules) throws IOException {
    StringBuilder all = new StringBuilder();
    int handle = 2;
    for (String rule : rules) {
      all.append(
              ",{\"rule\": {\"family\": \"inet\", \"table\": \"t\", \"chain\": \"in\", \"handle\": ")
          .append(++handle)
          .append(", \"expr\": [")
          .append(rule)
          .append("]}}");
    }
    Path file = facts.write("ruleset.json", head(policy, all.toString()));
    facts.program("nft", "[ \"$*\" = '-j list ruleset' ] && cat " + file);
  }

  private static String head(String policy, String rules) {
    return "{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\"}},"
        + " {\"chain\": {\"family\": \"inet\", \"table\": \"t\", \"name\": \"in\","
        + " \"type\": \"filter\", \"hook\": \"input\", \"prio\": 0, \"policy\": \""
        + policy
        + "\"}}"
        + rules
        + "]}";
  }

  private void iptables(String text) throws IOException {
    facts.program("iptables-save", "cat " + facts.write("rules.v4", text));
  }

  private Firewall ask(String address) {
    return Facts.of(facts.host().firewall(address, !address.startsWith("192.0.2.")));
  }

  private static String match(String left, String right) {
    return "{\"match\": {\"op\": \"==\", \"left\": " + left + ", \"right\": " + right + "}}";
  }

  private static String port(String right) {
    return match("{\"payload\": {\"protocol\": \"tcp\", \"field\": \"dport\"}}", right);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3001 | 127.0.0.1:3001 | true",
        "3001 | 127.0.0.1:3002 | false",
        "3001 | [::1]:3001 | true",
        "{\"set\": [80, {\"range\": [3000, 3005]}]} | 127.0.0.1:3001 | true",
        "{\"set\": [80, {\"range\": [3000, 3005]}]} | 127.0.0.1:3006 | false",
        "{\"range\": [1, 65535]} | 127.0.0.1:3006 | true",
        "\"@blocked\" | 127.0.0.1:3001 | false",
        "3001 | 192.0.2.7:3001 | false",
      })
  void portIsMatchedWhereItIsSure(String right, String address, boolean stopped)
      throws IOException {
    // Given
    nft("accept", port(right) + ", {\"counter\": {}}, {\"drop\": null}");
    // When
    Firewall firewall = ask(address);
    // Then
    assertTrue(firewall.access().readable());
    assertEquals(stopped, !firewall.rules().isEmpty(), firewall.summary());
    if (stopped) {
      assertEquals(Firewall.Action.DROP, firewall.rules().get(0).action());
      assertEquals("inet t in", firewall.rules().get(0).place());
      assertEquals(3, firewall.rules().get(0).handle());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"accept\": null} | false",
        "{\"meta\": {\"key\": \"iifname\"}} = \"lo\" | false",
        "{\"meta\": {\"key\": \"iifname\"}} = \"eth0\" | true",
        "{\"meta\": {\"key\": \"mark\"}} = 7 | false",
        "{\"ct\": {\"key\": \"state\"}} = [\"established\", \"related\"] | true",
        "{\"ct\": {\"key\": \"state\"}} = [\"established\", \"new\"] | false",
        "{\"payload\": {\"protocol\": \"ip\", \"field\": \"saddr\"}} = \"127.0.0.1\" | false",
        "{\"payload\": {\"protocol\": \"ip\", \"field\": \"saddr\"}} = \"10.0.0.1\" | true",
        "{\"payload\": {\"protocol\": \"udp\", \"field\": \"dport\"}} = 3001 | true",
        "{\"vmap\": {}} | false",
        "{\"limit\": {\"rate\": 3}} | false",
      })
  void whatIsAcceptedBeforeIsNotStopped(String before, boolean stopped) throws IOException {
    // Given
    int equals = before.indexOf(" = ");
    String first =
        equals < 0
            ? before + (before.contains("accept") ? "" : ", {\"accept\": null}")
            : match(before.substring(0, equals), before.substring(equals + 3))
                + ", {\"accept\": null}";
    nft("accept", first, port("3001") + ", {\"reject\": {\"type\": \"tcp reset\"}}");
    // When
    Firewall firewall = ask("127.0.0.1:3001");
    // Then
    assertEquals(stopped, !firewall.rules().isEmpty(), firewall.summary());
    if (stopped) {
      assertEquals("tcp dport 3001 reject with tcp reset", firewall.rules().get(0).text());
    }
  }

  @Test
  void policyStopsWhatNoRuleDecides() throws IOException {
    // Given
    nft("drop", port("80") + ", {\"accept\": null}");
    // When
    Firewall stopped = ask("127.0.0.1:3001");
    Firewall passed = ask("127.0.0.1:80");
    // Then
    assertEquals("policy drop", stopped.rules().get(0).text());
    assertTrue(passed.rules().isEmpty());
  }

  @Test
  void ruleForOneUserIsToldWithItsName() throws IOException {
    // Given
    nft(
        "accept",
        match("{\"meta\": {\"key\": \"skuid\"}}", "4000000001")
            + ","
            + port("3001")
            + ", {\"drop\": null}");
    // When
    Firewall firewall = ask("127.0.0.1:3001");
    // Then
    assertEquals("4000000001", firewall.rules().get(0).user());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-p tcp -m tcp --dport 3001 -j DROP | true",
        "-p udp -m udp --dport 3001 -j DROP | false",
        "-d 127.0.0.0/8 -i lo -p tcp -m multiport --dports 80,3000:3005 -j REJECT | true",
        "! -i lo -p tcp -m tcp --dport 3001 -j DROP | false",
        "-s 10.0.0.0/8 -p tcp -j DROP | false",
        "-m state --state RELATED,ESTABLISHED -j DROP | false",
        "-p tcp -m comment --comment \"the shop -j DROP\" -j ACCEPT | false",
        "-p tcp -m recent --name x -j DROP | false",
        "-p tcp -j shop | true",
      })
  void iptablesRulesAreReadToo(String rule, boolean stopped) throws IOException {
    // Given
    iptables(
        "*filter\n:INPUT ACCEPT [0:0]\n:shop - [0:0]\n-A INPUT "
            + rule
            + "\n-A shop -p tcp -m tcp --dport 3001 -j REJECT --reject-with tcp-reset\nCOMMIT\n");
    // When
    Firewall firewall = ask("127.0.0.1:3001");
    // Then
    assertTrue(firewall.access().readable());
    assertEquals(stopped, !firewall.rules().isEmpty(), firewall.summary());
  }

  @Test
  void translatedAddressesAreNotGuessedAt() throws IOException {
    // Given
    iptables(
        """
        *nat
        :OUTPUT ACCEPT [0:0]
        -A OUTPUT -p tcp --dport 3001 -j REDIRECT --to-ports 3002
        COMMIT
        *filter
        :INPUT ACCEPT [0:0]
        -A INPUT -p tcp --dport 3001 -j DROP
        COMMIT
        """);
    // When
    Firewall firewall = ask("127.0.0.1:3001");
    // Then
    assertTrue(firewall.rules().isEmpty());
  }

  @Test
  void whatMayNotBeReadIsNotKnown() {
    // When
    Firewall firewall = ask("127.0.0.1:3001");
    // Then
    assertFalse(firewall.access().readable());
    assertTrue(firewall.rules().isEmpty());
  }
}
