package dev.why502.bus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import dev.why502.diagnosis.Verdict;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.List;

/** A verdict: its components in their order, without empty risks. */
final class VerdictSerializer extends JsonSerializer<Verdict> {
  /** Attribute of the write that holds the sequence number of the message; absent: none. */
  static final Object SEQUENCE = new Object();

  @Override
  public void serialize(Verdict verdict, JsonGenerator out, SerializerProvider provider)
      throws IOException {
    out.writeStartObject();
    for (RecordComponent component : Verdict.class.getRecordComponents()) {
      String name = component.getName();
      if (name.equals("node") && provider.getAttribute(SEQUENCE) instanceof Long sequence) {
        out.writeFieldName(Fields.of("seq"));
        out.writeNumber(sequence);
      }
      Object part = Components.read(component, verdict);
      boolean left = part == null || (name.equals("risks") && ((List<?>) part).isEmpty());
      if (!left) {
        out.writeFieldName(Fields.of(name));
        provider.defaultSerializeValue(part, out);
      }
    }
    out.writeEndObject();
  }
}
