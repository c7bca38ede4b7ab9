package dev.why502.bus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import dev.why502.evidence.Evidence;
import java.io.IOException;
import java.lang.reflect.RecordComponent;

/** Evidence in a verdict: kind, time and one line for everybody, the record's rest as data. */
final class EvidenceSerializer extends JsonSerializer<Evidence> {
  /** A log line may be 16 KiB and stands whole in the data; its summary need not repeat it. */
  static final int MAX_SUMMARY = 512;

  @Override
  public void serialize(Evidence value, JsonGenerator out, SerializerProvider provider)
      throws IOException {
    out.writeStartObject();
    out.writeFieldName(Fields.KIND);
    out.writeString(new com.fasterxml.jackson.core.io.SerializedString(value.kind().code()));
    out.writeFieldName(Fields.AT);
    provider.defaultSerializeValue(value.at(), out);
    out.writeFieldName(Fields.SUMMARY);
    out.writeString(shortened(value.summary()));
    out.writeFieldName(Fields.DATA);
    out.writeStartObject();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      Object part = component.getName().equals("at") ? null : Components.read(component, value);
      if (part != null) {
        out.writeFieldName(Fields.of(component.getName()));
        provider.defaultSerializeValue(part, out);
      }
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  private static String shortened(String summary) {
    return summary.length() <= MAX_SUMMARY ? summary : summary.substring(0, MAX_SUMMARY - 1) + "…";
  }
}
