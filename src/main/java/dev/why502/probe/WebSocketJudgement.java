package dev.why502.probe;

import dev.why502.definition.Expectation;
import dev.why502.observation.Mismatch;
import dev.why502.observation.Mismatch.What;
import dev.why502.observation.Response;
import java.util.ArrayList;
import java.util.List;

/** What a WebSocket handshake should be answered with: 101, unless the expectation names others. */
final class WebSocketJudgement {
  private WebSocketJudgement() {}

  static List<Mismatch> of(Expectation expect, Response response, boolean upgraded) {
    List<Mismatch> mismatches = new ArrayList<>(Judgement.ofHead(expect, response));
    boolean unnamed = expect.status().equals(Expectation.DEFAULT.status());
    int status = response.status();
    if (unnamed) {
      mismatches.removeIf(mismatch -> mismatch.what() == What.STATUS);
    }
    if (status == 101 ? !upgraded : unnamed) {
      String got =
          status == 101 ? "101 without a valid Sec-WebSocket-Accept" : Integer.toString(status);
      mismatches.add(new Mismatch(What.UPGRADE, "101 Switching Protocols", got));
    }
    return mismatches;
  }
}
