using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>Reads a log of rows, whose columns' roles and runs have to be found out.</summary>
/// <param name="rows">The rows.</param>
/// <param name="path">Where the log is.</param>
/// <param name="name">Its short name.</param>
/// <param name="options">How to read.</param>
internal sealed class RowLogReader(IRowReader rows, string path, string name, LogReadOptions options) : ILogReader
{
    public void Read(RunSinkFactory open, CancellationToken cancellationToken)
    {
        var assembler = new RunAssembler(rows.Facts, options, path, name, open);
        foreach (var batch in rows.Read(cancellationToken))
        {
            assembler.Add(batch);
        }

        assembler.Complete();
    }

    public void Dispose() => rows.Dispose();
}
