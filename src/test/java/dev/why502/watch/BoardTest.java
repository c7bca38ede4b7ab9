package dev.why502.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.why502.diagnosis.State;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoardTest {
  private static final Instant AT = Instant.parse("2025-09-18T09:46:00Z");

  private final Board board = new Board();

  private static Standing standing(String probe, State state, long seq, String node, Instant at) {
    return new Standing(
        probe, state, "cause", "certain", "", "", "", List.of(), "", at, at, seq, node);
  }

  private static Standing standing(String probe, State state, long seq) {
    return standing(probe, state, seq, "web-1", AT);
  }

  private List<String> told() {
    return board.tell().stream().map(change -> change.now().probe()).toList();
  }

  @Test
  void newsThatOvertookTheSnapshotStands() {
    // Given
    board.beginSnapshot();
    board.put(standing("a", State.DOWN, 7));
    // When
    boolean taken = board.put(standing("a", State.UP, 5));
    // Then
    assertFalse(taken);
    assertEquals(1, board.count(State.DOWN));
  }

  @Test
  void twoNodesAreComparedByTheirClocks() {
    // Given
    board.beginSnapshot();
    board.put(standing("a", State.DOWN, 700, "web-1", AT));
    // When
    boolean older = board.put(standing("a", State.UP, 900, "web-2", AT.minusSeconds(1)));
    boolean newer = board.put(standing("a", State.UP, 3, "web-2", AT.plusSeconds(1)));
    // Then
    assertFalse(older);
    assertTrue(newer);
  }

  @Test
  void restartedServiceCountsFromTheBeginning() {
    // Given
    board.beginSnapshot();
    board.put(standing("a", State.DOWN, 700));
    board.put(standing("b", State.UP, 701));
    assertEquals(List.of("a", "b"), told());
    // When
    board.beginSnapshot();
    board.put(standing("a", State.UP, 1));
    // Then
    assertEquals(List.of("a"), told());
    assertEquals(0, board.count(State.DOWN));
    assertEquals(List.of("b"), board.dropUnconfirmed());
  }

  @Test
  void whatIsNotConfirmedYetIsNeitherShownNorForgotten() {
    // Given
    board.beginSnapshot();
    board.put(standing("a", State.DOWN, 700));
    told();
    // When
    board.beginSnapshot();
    // Then
    assertEquals(List.of(), board.wrong());
    board.put(standing("a", State.DOWN, 2));
    assertEquals(List.of(), told());
    assertEquals(1, board.wrong().size());
  }

  @Test
  void worstComesFirst() {
    // Given
    board.beginSnapshot();
    board.put(standing("a", State.UNKNOWN, 1));
    board.put(standing("b", State.DEGRADED, 2));
    board.put(standing("d", State.DOWN, 3));
    board.put(standing("c", State.DOWN, 4));
    board.put(standing("e", State.UP, 5));
    // Then
    assertEquals(List.of("c", "d", "b", "a"), board.wrong().stream().map(Standing::probe).toList());
    assertEquals(1, board.up().size());
  }

  @Test
  void numberOfProbesIsBounded() {
    // Given
    board.beginSnapshot();
    for (int i = 0; i < Board.MAX_PROBES; i++) {
      board.put(standing("p" + i, State.UP, i));
    }
    // Then
    assertFalse(board.put(standing("one-more", State.DOWN, 1)));
    assertTrue(board.put(standing("p7", State.DOWN, Board.MAX_PROBES)));
  }
}
