"""The judge sees what users get: films sampled together are those that `generate` writes."""

import numpy as np

from lichtspiel.evaluate.films import batches, one_by_one


def test_a_batch_holds_the_films_that_generate_writes() -> None:
    prompts, seeds = ["a bear in the forest", "Ein Astronaut auf dem Mars bei Nacht"], [3, 4]
    together = batches("himmel-mini", frames=9)(prompts, seeds)
    generate = one_by_one("himmel-mini", seconds=9 / 12)
    for prompt, seed, film in zip(prompts, seeds, together, strict=True):
        alone = generate(prompt, seed)
        assert film.shape == alone.shape == (9, 192, 192, 3)
        error = np.square(film.astype(float) - alone).mean()
        assert error < 40  # what H.264 at crf 18 costs a noisy picture, and far from another film
    assert np.square(together[0].astype(float) - together[1]).mean() > 200
