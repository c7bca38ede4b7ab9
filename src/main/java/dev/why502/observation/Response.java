package dev.why502.observation;

import dev.why502.definition.Request.Header;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of an answer and what is kept of its body.
 *
 * @param version "1.0", "1.1" or "2"
 * @param reason reason phrase, as it came
 * @param headerBytes length of the status line and all header lines, in bytes; for HTTP/2 what it
 *     would be in HTTP/1.1
 * @param body the first 4 KiB of the decoded body as text
 * @param bodyBytes decoded bytes read, at most 1 MiB
 * @param bodyCut whether there was more than 1 MiB
 * @param bodySha256 of the bytes read, lower-case hex
 */
public record Response(
    String version,
    int status,
    String reason,
    List<Header> headers,
    int headerBytes,
    String body,
    long bodyBytes,
    boolean bodyCut,
    @Nullable String bodySha256) {
  public Response {
    headers = List.copyOf(headers);
  }

  /** First value of a header, or null. */
  public @Nullable String header(String name) {
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        return header.value();
      }
    }
    return null;
  }
}
