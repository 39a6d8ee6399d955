using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Adversarial;

// Two networks against each other: two optimizers in one loop.
internal static class Gan
{
    public static void Healthy(IEnumerable<Tensor> batches)
    {
        using var generator = Sequential(Linear(16, 64), ReLU(), Linear(64, 784), Tanh());
        using var critic = Sequential(Linear(784, 64), LeakyReLU(0.2), Linear(64, 1));
        using var criterion = BCEWithLogitsLoss();
        using var forGenerator = optim.Adam(generator.parameters(), 2e-4, 0.5);
        using var forCritic = optim.Adam(critic.parameters(), 2e-4, 0.5);
        for (int epoch = 0; epoch < 10; epoch++)
        {
            foreach (var real in batches)
            {
                using var scope = NewDisposeScope();
                forCritic.zero_grad();
                var fake = generator.call(randn(real.shape[0], 16));
                var realScore = critic.call(real);
                var fakeScore = critic.call(fake.detach());
                var lossCritic = criterion.call(realScore, ones_like(realScore)) + criterion.call(fakeScore, zeros_like(fakeScore));
                lossCritic.backward();
                forCritic.step();

                forGenerator.zero_grad();
                var score = critic.call(fake);
                var lossGenerator = criterion.call(score, ones_like(score));
                lossGenerator.backward();
                forGenerator.step();
            }
        }
    }

    public static void Ill(IEnumerable<Tensor> batches)
    {
        using var generator = Sequential(Linear(16, 64), ReLU(), Linear(64, 784), Tanh());
        using var critic = Sequential(("in", Linear(784, 64)), ("act", LeakyReLU(0.2)), ("out", Linear(64, 1)), ("squash", Sigmoid()));
        using var criterion = BCEWithLogitsLoss();
        using var forGenerator = optim.Adam(generator.parameters(), 2e-4, 0.5);
        using var forCritic = optim.Adam(critic.parameters(), 2e-4, 0.5);
        var losses = new List<Tensor>();
        foreach (var real in batches) //! TD9506
        {
            forCritic.zero_grad();
            forGenerator.zero_grad();
            var realScore = critic.call(real);
            var lossCritic = criterion.call(realScore, ones_like(realScore)); //! TD7001
            forCritic.step(); //! TD9501
            lossCritic.backward();

            var score = critic.call(generator.call(randn(real.shape[0], 16)));
            var lossGenerator = criterion.call(score, ones_like(score)); //! TD7001
            lossGenerator.backward();
            forGenerator.step();
            losses.Add(lossGenerator); //! TD9505
        }
    }

    public static void OneForgotten(IEnumerable<Tensor> batches)
    {
        using var generator = Sequential(Linear(16, 64), ReLU(), Linear(64, 784));
        using var critic = Sequential(Linear(784, 64), LeakyReLU(0.2), Linear(64, 1));
        using var forGenerator = optim.RMSProp(generator.parameters(), 5e-5);
        using var forCritic = optim.RMSProp(critic.parameters(), 5e-5);
        foreach (var real in batches) //! TD2005
        {
            using var scope = NewDisposeScope();
            forCritic.zero_grad();
            var difference = critic.call(generator.call(randn(real.shape[0], 16)).detach()).mean() - critic.call(real).mean();
            difference.backward();
            forCritic.step();
            var loss = -critic.call(generator.call(randn(real.shape[0], 16))).mean();
            loss.backward();
            forGenerator.step();
        }
    }
}
