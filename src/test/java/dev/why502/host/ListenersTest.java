package dev.why502.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.evidence.Listeners;
import dev.why502.evidence.SocketFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class ListenersTest {
  private Path folder;
  private Facts facts;

  @BeforeEach
  void open(@TempDir Path folder) {
    this.folder = folder;
    facts = new Facts(folder, InstantSource.fixed(Facts.NOW));
  }

  @AfterEach
  void close() {
    facts.close();
  }

  @ParameterizedTest
  @CsvSource(
      value = {"127.0.0.1, 5, null", "::1, 6, false", "::, 7, true"},
      nullValues = "null")
  void queueHasItsLimit(String bound, int backlog, Boolean both) throws IOException {
    // Given
    Facts.needs("ss");
    try (ServerSocketChannel socket =
        ServerSocketChannel.open(
            bound.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET)) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(bound), 0), backlog);
      int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
      // When
      Listeners.Row row = only(Facts.of(facts.host().listeners()), port);
      // Then
      assertEquals(backlog, row.backlog());
      assertEquals(both, row.both());
    }
  }

  @Test
  void socketForBothFamiliesIsKnownAsOne() throws IOException {
    // Given
    Facts.needs("ss");
    try (ServerSocketChannel socket = ServerSocketChannel.open()) {
      socket.bind(new InetSocketAddress(0));
      int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
      // When
      Listeners.Row row = only(Facts.of(facts.host().listeners()), port);
      // Then
      assertEquals("::".equals(row.address()) ? true : null, row.both());
    }
  }

  @Test
  void limitIsNotKnownWhereNobodyTellsIt() throws IOException {
    // Given
    facts.program("ss", "echo 'LISTEN x y 127.0.0.1:1 0.0.0.0:* ino:z'; exit 1");
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      // When
      Listeners.Row row = only(Facts.of(facts.host().listeners()), socket.getLocalPort());
      // Then
      assertEquals(-1, row.backlog());
      assertNull(row.both());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "127.0.0.2, 127.0.0.2",
    "::1, ::1",
    "::, ::",
    "0.0.0.0, 0.0.0.0",
  })
  void listenerIsSeenWithItsHolder(String bound, String address) throws IOException {
    // Given
    try (ServerSocketChannel socket =
        ServerSocketChannel.open(
            bound.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET)) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(bound), 0));
      int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
      // When
      Listeners listeners = Facts.of(facts.host().listeners());
      // Then
      assertTrue(listeners.access().readable());
      assertEquals(Facts.NOW, listeners.at());
      Listeners.Row row = only(listeners, port);
      assertEquals(address, row.address());
      assertEquals(0, row.queue());
      assertEquals(ProcessHandle.current().pid(), row.pid());
      assertEquals("java", row.command());
    }
  }

  @Test
  void listenerOfAJavaServiceOnALoopbackAddressIsShownAsIpv4() throws IOException {
    // Given a socket that Java makes in IPv6 and binds to ::ffff:127.0.0.1
    try (ServerSocket socket = new ServerSocket(0, 5, loopback())) {
      // When
      Listeners listeners = Facts.of(facts.host().listeners());
      // Then
      assertEquals("127.0.0.1", only(listeners, socket.getLocalPort()).address());
    }
  }

  @Test
  void rowsAreOrderedByPort() throws IOException {
    // Given
    try (ServerSocket one = new ServerSocket(0);
        ServerSocket other = new ServerSocket(0)) {
      // When
      List<Listeners.Row> rows = Facts.of(facts.host().listeners()).rows();
      // Then
      assertTrue(rows.stream().anyMatch(row -> row.port() == one.getLocalPort()));
      assertTrue(rows.stream().anyMatch(row -> row.port() == other.getLocalPort()));
      for (int i = 1; i < rows.size(); i++) {
        assertTrue(rows.get(i - 1).port() <= rows.get(i).port());
      }
    }
  }

  @Test
  void connectionsThatNobodyAcceptsAreCounted() throws IOException {
    // Given
    List<SocketChannel> waiting = new ArrayList<>();
    try (ServerSocket socket = new ServerSocket(0, 3, loopback())) {
      for (int i = 0; i < 3; i++) {
        waiting.add(SocketChannel.open(new InetSocketAddress(loopback(), socket.getLocalPort())));
      }
      // When
      Listeners listeners = Facts.of(facts.host().listeners());
      // Then
      assertEquals(3, only(listeners, socket.getLocalPort()).queue());
    } finally {
      for (SocketChannel channel : waiting) {
        channel.close();
      }
    }
  }

  @Test
  void manyWhoAskAtOnceShareOneRead() {
    // Given
    Listeners first = Facts.of(facts.host().listeners());
    // When
    Listeners second = Facts.of(facts.host().listeners());
    // Then
    assertSame(first, second);
  }

  @Test
  void unreadableTableIsNotKnown() throws IOException {
    // Given
    ProcFs nothing = new ProcFs(folder.resolve("no-proc"));
    // When
    Listeners listeners =
        new ListenerReader(
                nothing,
                InstantSource.fixed(Facts.NOW),
                new SocketQueues(new CommandRunner(nothing), Map.of()))
            .read();
    // Then
    assertFalse(listeners.access().readable());
    assertTrue(listeners.rows().isEmpty());
  }

  @Test
  void heldSocketFileIsHeld() throws IOException {
    // Given
    Path path = folder.resolve("app.sock");
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
      // When
      SocketFile file = Facts.of(facts.host().socketFile(path.toString()));
      // Then
      assertEquals(true, file.exists());
      assertEquals("socket", file.type());
      assertEquals("rw-rw----", file.mode());
      assertEquals(true, file.held());
      assertEquals(System.getProperty("user.name"), file.owner());
    }
  }

  @Test
  void socketBoundUnderARelativeNameIsHeldToo() throws Exception {
    // Given a process whose socket stands in the kernel's table as "app.sock"
    Facts.needs("python3");
    Process process =
        new ProcessBuilder(
                "python3",
                "-c",
                "import socket,sys\ns=socket.socket(socket.AF_UNIX)\ns.bind('app.sock')\n"
                    + "s.listen()\nprint('ready',flush=True)\nsys.stdin.read()")
            .directory(folder.toFile())
            .start();
    try {
      assertEquals("ready", process.inputReader().readLine());
      // When
      SocketFile file = Facts.of(facts.host().socketFile(folder.resolve("app.sock").toString()));
      // Then
      assertEquals(true, file.held());
    } finally {
      process.destroyForcibly();
      assertTrue(process.waitFor(5, TimeUnit.SECONDS));
    }
    // When
    SocketFile left = Facts.of(facts.host().socketFile(folder.resolve("app.sock").toString()));
    // Then
    assertEquals(true, left.exists());
    assertEquals(false, left.held());
  }

  @Test
  void whatIsNoSocketIsSaidToBeWhatItIs() throws IOException {
    // Given
    Path regular = Files.writeString(folder.resolve("plain"), "x");
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    // When
    SocketFile file = Facts.of(facts.host().socketFile(regular.toString()));
    // Then
    assertEquals("regular", file.type());
    assertEquals(false, file.held());
    assertEquals(false, Facts.of(facts.host().socketFile(link.toString())).exists());
    assertEquals("directory", Facts.of(facts.host().socketFile(folder.toString())).type());
    assertEquals(
        false, Facts.of(facts.host().socketFile(folder.resolve("none").toString())).exists());
    SocketFile impossible = Facts.of(facts.host().socketFile("/run/a\0b"));
    assertFalse(impossible.access().readable());
    assertNull(impossible.exists());
  }

  @Test
  void ownAddressesHoldTheLoopback() {
    // When
    List<String> addresses = Facts.of(facts.host().localAddresses());
    // Then
    assertTrue(addresses.contains("127.0.0.1"), addresses.toString());
    assertTrue(addresses.stream().noneMatch(address -> address.contains("%")));
  }

  @Test
  void networkNamespaceIsTheHostsOrNotKnown() throws IOException {
    // When
    String namespace = Facts.of(facts.host().networkNamespace());
    // Then
    ProcFs proc = new ProcFs(Path.of("/proc"));
    String first = proc.link("1/ns/net");
    String own = proc.link("self/ns/net");
    if (first == null || !proc.showsHost()) {
      assertNull(namespace);
    } else {
      assertEquals(first.equals(own) ? "host" : "own", namespace);
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  private static Listeners.Row only(Listeners listeners, int port) {
    List<Listeners.Row> rows = listeners.rows().stream().filter(row -> row.port() == port).toList();
    assertEquals(1, rows.size(), () -> "rows of " + port + ": " + rows);
    return rows.get(0);
  }
}
