using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace TrainingDoctor.Benchmarks.Logs;

/// <summary>Writes logs of a given size as a large run writes them: a loss that falls with noise, a cosine learning rate, an evaluation now and then.</summary>
internal sealed class LogGenerator(long size, int seed)
{
    private const int EvaluateEvery = 1000;
    private const int MeasureEvery = 10;
    private const int Layers = 100;
    private readonly Random _random = new(seed);

    public void WriteJsonLines(string path)
    {
        using var writer = Open(path, out var stream);
        for (long step = 1; stream.Position < size; step++)
        {
            var row = Next(step);
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{{\"step\": {step}, \"epoch\": {row.Epoch:R}, \"loss\": {row.Loss:R}, \"learning_rate\": {row.Rate:R}, \"grad_norm\": {row.Norm:R}, \"tokens_per_second\": {row.Speed:R}, \"memory_gib\": {row.Memory:F2}, \"step_time\": {row.Time:R}}}\n"));
            if (step % EvaluateEvery == 0)
            {
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{{\"step\": {step}, \"epoch\": {row.Epoch:R}, \"eval_loss\": {row.Loss + 0.1:R}, \"eval_accuracy\": {1 / (1 + row.Loss):R}, \"eval_runtime\": 12.5}}\n"));
            }
        }
    }

    public void WriteCsv(string path)
    {
        using var writer = Open(path, out var stream);
        writer.Write("step,epoch,loss,learning_rate,grad_norm,tokens_per_second,memory_gib,step_time,val_loss,val_accuracy\n");
        for (long step = 1; stream.Position < size; step++)
        {
            var row = Next(step);
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{step},{row.Epoch:R},{row.Loss:R},{row.Rate:R},{row.Norm:R},{row.Speed:R},{row.Memory:F2},{row.Time:R},"));
            if (step % EvaluateEvery == 0)
            {
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{row.Loss + 0.1:R},{1 / (1 + row.Loss):R}\n"));
            }
            else
            {
                writer.Write(",\n");
            }
        }
    }

    public void WriteEvents(string path)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        using var record = new EventFileWriter(stream);
        record.WriteVersion();
        for (long step = 1; stream.Position < size; step++)
        {
            var row = Next(step);
            record.WriteScalar(step, "train/loss", (float)row.Loss);
            record.WriteScalar(step, "train/learning_rate", (float)row.Rate);
            record.WriteScalar(step, "train/grad_norm", (float)row.Norm);
            if (step % EvaluateEvery == 0)
            {
                record.WriteScalar(step, "eval/loss", (float)row.Loss + 0.1f);
            }
        }
    }

    /// <summary>Writes telemetry of a hundred layers, as a monitor records it that measures every tenth step in full.</summary>
    public void WriteTelemetry(string path)
    {
        using var writer = Open(path, out var stream);
        writer.Write("{\"telemetry\":\"1.0\",\"run\":{\"name\":\"bench\",\"task\":\"MulticlassClassification\"}}\n");
        for (long step = 1; stream.Position < size; step++)
        {
            var row = Next(step);
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{{\"step\":{step},\"m\":[[\"loss\",\"\",{row.Loss:R}],[\"learning_rate\",\"\",{row.Rate:R}],[\"global_gradient_norm\",\"\",{row.Norm:R}]"));
            for (int layer = 0; layer < Layers && step % MeasureEvery == 0; layer++)
            {
                double share = _random.NextDouble();
                writer.Write(string.Create(CultureInfo.InvariantCulture, $",[\"zero_fraction\",\"encoder.layers.{layer}.relu\",{0.4 + (0.1 * share):R}],[\"output_standard_deviation\",\"encoder.layers.{layer}.relu\",{0.9 + (0.1 * share):R}],[\"gradient_norm\",\"encoder.layers.{layer}.linear.weight\",{row.Norm * (0.09 + (0.01 * share)):R}],[\"weight_norm\",\"encoder.layers.{layer}.linear.weight\",{12 + (0.01 * share):R}],[\"update_ratio\",\"encoder.layers.{layer}.linear.weight\",{0.001 + (0.0001 * share):R}]"));
            }

            writer.Write("]}\n");
        }

        writer.Write("{\"complete\":true}\n");
    }

    private static StreamWriter Open(string path, out FileStream stream)
    {
        stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        return new StreamWriter(stream, new UTF8Encoding(false), 1 << 16);
    }

    private (double Loss, double Rate, double Norm, double Epoch, double Speed, double Memory, double Time) Next(long step)
    {
        double noise = _random.NextDouble() + _random.NextDouble() + _random.NextDouble() - 1.5;
        double loss = 1.8 + (9 * Math.Pow(1 + (step / 500.0), -0.35)) + (0.08 * noise);
        double rate = 3e-4 * 0.5 * (1 + Math.Cos(Math.PI * (step % 10_000_000) / 10_000_000));
        return (loss, rate, 0.7 + (0.3 * _random.NextDouble()), step / 250_000.0, 41000 + (500 * _random.NextDouble()), 61.25 + _random.Next(4), 0.33 + (0.01 * noise));
    }

    private sealed class EventFileWriter(Stream stream) : IDisposable
    {
        private readonly MemoryStream _payload = new();
        private readonly byte[] _frame = new byte[12];

        public void Dispose() => _payload.Dispose();

        public void WriteVersion()
        {
            _payload.SetLength(0);
            using (var coded = new CodedOutputStream(_payload, leaveOpen: true))
            {
                coded.WriteTag(1, WireFormat.WireType.Fixed64);
                coded.WriteDouble(1_700_000_000);
                coded.WriteTag(3, WireFormat.WireType.LengthDelimited);
                coded.WriteString("brain.Event:2");
            }

            WriteRecord();
        }

        public void WriteScalar(long step, string tag, float value)
        {
            int valueLength = 1 + CodedOutputStream.ComputeStringSize(tag) + 5;
            _payload.SetLength(0);
            using (var coded = new CodedOutputStream(_payload, leaveOpen: true))
            {
                coded.WriteTag(1, WireFormat.WireType.Fixed64);
                coded.WriteDouble(1_700_000_000 + (0.3 * step));
                coded.WriteTag(2, WireFormat.WireType.Varint);
                coded.WriteInt64(step);
                coded.WriteTag(5, WireFormat.WireType.LengthDelimited);
                coded.WriteLength(1 + CodedOutputStream.ComputeLengthSize(valueLength) + valueLength);
                coded.WriteTag(1, WireFormat.WireType.LengthDelimited);
                coded.WriteLength(valueLength);
                coded.WriteTag(1, WireFormat.WireType.LengthDelimited);
                coded.WriteString(tag);
                coded.WriteTag(2, WireFormat.WireType.Fixed32);
                coded.WriteFloat(value);
            }

            WriteRecord();
        }

        private void WriteRecord()
        {
            int length = (int)_payload.Length;
            BitConverter.TryWriteBytes(_frame, (ulong)length);
            BitConverter.TryWriteBytes(_frame.AsSpan(8), MaskedCrc(_frame.AsSpan(0, 8)));
            stream.Write(_frame);
            var payload = _payload.GetBuffer().AsSpan(0, length);
            stream.Write(payload);
            BitConverter.TryWriteBytes(_frame, MaskedCrc(payload));
            stream.Write(_frame.AsSpan(0, 4));
        }

        private static uint MaskedCrc(ReadOnlySpan<byte> data)
        {
            uint crc = uint.MaxValue;
            foreach (byte value in data)
            {
                crc = System.Numerics.BitOperations.Crc32C(crc, value);
            }

            crc = ~crc;
            return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
        }
    }
}
