using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Shell;

/// <summary>Turns what is wrong with a log, or with how it was asked for, into wrong usage: one line, exit code 2.</summary>
internal static class LogFault
{
    /// <summary>Does what reads logs.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="read">The work.</param>
    /// <exception cref="UsageException">A log cannot be read, or there is no such role.</exception>
    public static T Told<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (LogFormatException exception)
        {
            throw new UsageException(exception.Message);
        }
        catch (AggregateException exception) when (exception.InnerException is LogFormatException unreadable)
        {
            // Several logs are read at a time; the first that cannot be read is told.
            throw new UsageException(unreadable.Message);
        }
        catch (ArgumentException exception) when (exception.ParamName == "roles")
        {
            throw new UsageException($"--map: {exception.Message.Replace(" (Parameter 'roles')", string.Empty, StringComparison.Ordinal)}");
        }
    }
}
