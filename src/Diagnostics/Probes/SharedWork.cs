using TorchSharp;

namespace TrainingDoctor.Probes;

/// <summary>Work in independent pieces, done by the calling thread and by as many others as happen to be free.</summary>
/// <remarks>
/// Every thread takes the next piece that nobody has taken. The caller takes pieces until none is left and then waits only for pieces that another thread is busy with:
/// a thread pool that answers late costs nothing.
/// </remarks>
internal sealed class SharedWork : IThreadPoolWorkItem
{
    private readonly int _pieces;
    private readonly Action<int> _do;
    private int _taken;
    private int _done;

    private SharedWork(int pieces, Action<int> work) => (_pieces, _do) = (pieces, work);

    /// <summary>Gets the number of threads that may share work: those that torch was given, since who limits these means the whole training.</summary>
    public static int Threads => Math.Min(Environment.ProcessorCount, torch.get_num_threads());

    /// <summary>Does all pieces and returns when all are done.</summary>
    /// <param name="pieces">The number of pieces.</param>
    /// <param name="threads">The number of threads, the calling one included.</param>
    /// <param name="work">Does one piece, from 0; must not throw.</param>
    public static void Run(int pieces, int threads, Action<int> work)
    {
        var shared = new SharedWork(pieces, work);
        for (int other = 1; other < Math.Min(threads, pieces); other++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(shared, preferLocal: false);
        }

        shared.Execute();
        var wait = default(SpinWait);
        while (Volatile.Read(ref shared._done) < pieces)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <inheritdoc/>
    public void Execute()
    {
        for (int piece = Interlocked.Increment(ref _taken) - 1; piece < _pieces; piece = Interlocked.Increment(ref _taken) - 1)
        {
            _do(piece);
            Interlocked.Increment(ref _done);
        }
    }
}
