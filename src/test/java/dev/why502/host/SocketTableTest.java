package dev.why502.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketTableTest {
  private static final String HEAD =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
          + " inode\n";

  @ParameterizedTest
  @CsvSource({
    "0100007F, 127.0.0.1",
    "00000000, 0.0.0.0",
    "0264A8C0, 192.168.100.2",
    "00000000000000000000000000000000, ::",
    "00000000000000000000000001000000, ::1",
    "0000000000000000FFFF00000100007F, 127.0.0.1",
    "B80D0120000000000000000001000000, 2001:db8::1",
    "000080FE00000000FF005450B6AD1DFE, fe80::5054:ff:fe1d:adb6",
    "B80D0120010000000000010001000000, 2001:db8:0:1:1::1",
  })
  void wordsOfALittleEndianHostAreDecoded(String hex, String address) {
    // When
    String text = SocketTable.address(hex, ByteOrder.LITTLE_ENDIAN);
    // Then
    assertEquals(address, text);
  }

  @Test
  void wordsOfABigEndianHostAreDecoded() {
    // When
    String text = SocketTable.address("7F000001", ByteOrder.BIG_ENDIAN);
    // Then
    assertEquals("127.0.0.1", text);
  }

  @Test
  void onlyListeningSocketsAreRowsAndRubbishIsSkipped() {
    // Given
    String table =
        HEAD
            + "   0: 0100007F:0BB9 00000000:0000 0A 00000000:00000007 00:00000000 00000000  1000"
            + "        0 4711 1 0 100 0 0 10 0\n"
            + "   1: 0100007F:0BB9 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000"
            + "        0 4712 1 0 100 0 0 10 0\n"
            + "   2: ZZ:0BB9 00000000:0000 0A 0 0 0\n"
            + "   3: 00000000:0050 00000000:0000 0A x:y 00:00000000 00000000  z 0 1 1\n"
            + "\n";
    // When
    List<SocketTable.Row> rows = SocketTable.listening(table, ByteOrder.LITTLE_ENDIAN);
    // Then
    assertEquals(List.of(new SocketTable.Row("127.0.0.1", 3001, 7, 1000, 4711)), rows);
  }

  @Test
  void unixSocketsAreFoundByTheirWholePathOnly() {
    // Given
    String table =
        """
        Num       RefCount Protocol Flags    Type St Inode Path
        0000000000000000: 00000002 00000000 00010000 0001 01 31546 /run/app/app.sock
        0000000000000000: 00000003 00000000 00000000 0001 03 31547 /run/app/client.sock
        0000000000000000: 00000002 00000000 00010000 0001 01 31548 /run/with space.sock
        0000000000000000: 00000002 00000000 00010000 0001 01 31549 @/run/abstract
        """;
    // When
    boolean held = UnixTable.listens(table, "/run/app/app.sock");
    // Then
    assertTrue(held);
    assertTrue(UnixTable.listens(table, "/run/with space.sock"));
    assertFalse(UnixTable.listens(table, "/app.sock"), "a part of a path");
    assertFalse(UnixTable.listens(table, "/run/app/app"), "a part of a path");
    assertFalse(UnixTable.listens(table, "/run/app/client.sock"), "does not listen");
    assertFalse(UnixTable.listens(table, "/run/abstract"), "no file");
  }
}
