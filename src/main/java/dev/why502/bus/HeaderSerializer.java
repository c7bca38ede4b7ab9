package dev.why502.bus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Secrets;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/**
 * A header of a request or an answer. The values of some are secrets whether or not somebody
 * declared them: a peer's cookie lets in whoever reads it.
 */
final class HeaderSerializer extends JsonSerializer<Header> {
  private static final Set<String> SECRET =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key");

  @Override
  public void serialize(Header header, JsonGenerator out, SerializerProvider provider)
      throws IOException {
    // None at all is no secret: a gateway that clears a header is a cause.
    boolean secret =
        !header.value().isEmpty() && SECRET.contains(header.name().toLowerCase(Locale.ROOT));
    out.writeStartObject();
    out.writeFieldName(Fields.of("name"));
    out.writeString(header.name());
    out.writeFieldName(Fields.of("value"));
    out.writeString(secret ? Secrets.MASK : header.value());
    out.writeEndObject();
  }
}
