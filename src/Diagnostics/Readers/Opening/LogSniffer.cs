using TrainingDoctor.Names;
using TrainingDoctor.Readers.Input;

namespace TrainingDoctor.Readers.Opening;

/// <summary>Tells logs of trainings from other files of a folder, by reading their beginning as if they were.</summary>
internal static class LogSniffer
{
    public static bool IsLog(string path, LogReadOptions options)
    {
        try
        {
            using var input = LogInput.Open(path, options);
            if (TelemetryLog.IsTelemetry(input.Head))
            {
                return true;
            }

            if (OwnReports.Begins(input.Head))
            {
                return false;
            }

            using var head = LogInput.Open(new MemoryStream(input.Head), path, options with { Progress = null });
            using var reader = RowReaderChoice.Create(head, options with { Parallelism = 1 });
            bool metric = false;
            bool axis = false;
            foreach (var batch in reader.Read(CancellationToken.None))
            {
                for (int id = 0; id < reader.Facts.Columns.Count && batch.RowCount > 0; id++)
                {
                    var role = reader.Facts.Columns[id].Given ?? ColumnClassifier.Classify(reader.Facts.Columns[id].Name);
                    metric |= role.Kind == RoleKind.Metric && role.Metric != Metric.LearningRate;
                    axis |= role.Kind is RoleKind.Step or RoleKind.Epoch || role is { Kind: RoleKind.Metric, Metric: Metric.Loss };
                }
            }

            return metric && axis && !reader.Facts.IsSummaryOnly;
        }
        catch (LogFormatException)
        {
            return false;
        }
    }
}
