using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Receiving;

/// <summary>The right to write into a folder of records: of one host at a time, since two would write over each other what both have acknowledged.</summary>
internal sealed class FolderOwnership : IDisposable
{
    private const string Name = ".traindoctor.lock";

    private readonly FileStream _lock;

    private FolderOwnership(FileStream taken) => _lock = taken;

    /// <summary>Takes a folder; a host that was killed leaves it free.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="UsageException">Another host has it.</exception>
    public static FolderOwnership Take(string folder)
    {
        try
        {
            return new FolderOwnership(new FileStream(Path.Combine(folder, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new UsageException($"--record: another host keeps its runs in '{folder}'; give each host a folder of its own.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
